/**
 * Generates `docs/lifecycle.svg` from the rules of `lib/model/lockout-transitions.ts`: exactly the edges that they
 * allow.
 */
import { writeFileSync } from 'node:fs';
import { type LockoutState, lockoutStates } from '#lib/model/lockout-state.ts';
import { machineFor } from '#lib/model/lockout-transitions.ts';
import { arrow, box, bracket, label, marker, type Point, stateBox } from './lifecycle/drawing.ts';
import { type Edge, lifecycleEdges, mainPath } from './lifecycle/edges.ts';
import {
  around,
  type Colour,
  colourOf,
  type Layout,
  lane,
  layoutOf,
  type Route,
  row,
  straight,
} from './lifecycle/layout.ts';
import { sheet } from './lifecycle/theme.ts';

const colours: readonly Colour[] = ['same', 'usable', 'unusable'];

export function lifecycleSvg(): string {
  const path = mainPath();
  const layout = layoutOf(
    path,
    lockoutStates.filter((state) => !path.includes(state)),
  );
  const width = row.left + path.length * (box.width + box.gap) - box.gap + 36;
  const height = row.top + 2 * box.height + 3.2 * lane + 66;
  const body = [
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="14" class="paper"/>`,
    ...times(layout),
    ...lifecycleEdges().map((edge) => drawn(edge, path, layout)),
    ...[...layout].map(([state, at]) => stateBox(at, words(state), styleOf(state))),
    ...legend(height - 34),
  ];
  const steps = path.map((state) => words(state).join(' ')).join(', ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">The lifecycle of a lockout: ${steps}; cancelled while waiting</title>
<style>${sheet}</style>
<defs>${colours.map(marker).join('')}</defs>
${body.join('\n')}
</svg>
`;
}

const words = (state: LockoutState): [string, string?] => {
  const [first = state, second] = state.split('_');
  return second === undefined ? [first] : [first, second];
};

function styleOf(state: LockoutState): string {
  const machine = machineFor(state);
  if (machine === null) return state === 'stopped' ? 'stopped' : 'over';
  return machine === 'key-shutdown' ? 'shutdown' : 'restart';
}

/**
 * The time spans: 10 minutes of waiting, about 20 to the end of the shutdown, about 5 to the end of the restart
 * (promise 3).
 */
function times(layout: Layout): string[] {
  const [waiting, stopped, starting, restored] = (['waiting', 'stopped', 'starting_servers', 'restored'] as const).map(
    (state) => layout.get(state),
  );
  if (!waiting || !stopped || !starting || !restored) return [];
  return [
    bracket(waiting.x, stopped.x + box.width, { y: 52, words: 'about 20 minutes from disabling the key to the mail' }),
    bracket(starting.x, restored.x + box.width, { y: 52, words: 'about 5 minutes from enabling it' }),
    label({ x: waiting.x + box.width / 2, y: waiting.y - 12 }, '10 minutes'),
  ];
}

function drawn(edge: Edge, path: readonly LockoutState[], layout: Layout): string {
  const colour = colourOf(edge);
  const to = layout.get(edge.to);
  if (!to) throw new Error(`The picture has no place for ${edge.to}`);
  const name = `${edge.from ?? 'none'} to ${edge.to}: ${edge.verdicts.join(' or ')}`;
  const from = edge.from === null ? null : layout.get(edge.from);
  if (!from) return beginning(to, name, colour);
  const isNeighbour = path.indexOf(edge.to) - path.indexOf(edge.from ?? edge.to) === 1;
  const isOff = !path.includes(edge.to);
  const route = isNeighbour || isOff ? straight(from, to) : around(from, to, laneOf(edge, path, colour));
  const style = isNeighbour ? `${colour} main` : colour;
  return arrow(route.points, name, style) + (isNeighbour ? '' : labelled(route, edge, isOff));
}

/** Longer edges lie further out, so that they do not cross shorter ones. */
function laneOf(edge: Edge, path: readonly LockoutState[], colour: Colour): { side: 'above' | 'below'; level: number } {
  const length = ({ from, to }: Edge) => Math.abs(path.indexOf(to) - path.indexOf(from ?? to));
  const rivals = lifecycleEdges().filter(
    (rival) => rival.to === edge.to && colourOf(rival) === colour && length(rival) > 1,
  );
  return {
    side: colour === 'usable' ? 'above' : 'below',
    level: rivals.filter((rival) => length(rival) <= length(edge)).length,
  };
}

const labelled = ({ at }: Route, edge: Edge, isOff: boolean): string => {
  const colour = colourOf(edge);
  return label(at, isOff ? 'usable again' : `${colour} again`, `${colour}${isOff ? ' left' : ''}`);
};

function beginning(to: Point, name: string, colour: Colour): string {
  const y = to.y + box.height / 2;
  return `<circle cx="42" cy="${y}" r="6" class="begin"/>${arrow(
    [
      { x: 48, y },
      { x: to.x - 4, y },
    ],
    name,
    `${colour} main`,
  )}`;
}

function legend(y: number): string[] {
  const entries: readonly (readonly [Colour, number, string])[] = [
    ['unusable', 36, 'if the key is unusable'],
    ['usable', 262, 'if the key is usable'],
    ['same', 472, 'when the step is complete: the key is unchanged, or KMS does not answer'],
  ];
  return entries.map(
    ([colour, x, says]) =>
      arrow(
        [
          { x, y },
          { x: x + 34, y },
        ],
        says,
        `${colour} main`,
      ) + label({ x: x + 46, y: y + 5 }, says, 'left'),
  );
}

if (import.meta.main) writeFileSync(new URL('../docs/lifecycle.svg', import.meta.url), lifecycleSvg());
