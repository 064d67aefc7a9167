/**
 * `statemachines/README.md`: each machine as a Mermaid diagram and a table of its states' purposes, from the deployed
 * definitions.
 */
import { type Machine, machineFile, type State } from '#statemachines/definitions.ts';
import { generatedFrom, page, prose, table } from './markdown.ts';

export const machinesPage = (machines: readonly (readonly [name: string, Machine])[]): string =>
  page(
    '# State machines',
    generatedFrom('the files `*.asl.yml` beside it'),
    prose(
      `Step Functions runs the files of this folder on AWS, and the local cloud runs them on one machine. A state with
      states inside runs them once per batch of 50 databases, several batches at a time. The edge *failed* is taken
      when a step failed permanently, after its retries.`,
    ),
    ...machines.map(([name, machine]) => section(name, machine)),
  );

const section = (name: string, machine: Machine): string =>
  [
    `## [${name}](${machineFile(name)})`,
    '',
    prose(machine.Comment ?? ''),
    '',
    '```mermaid',
    'stateDiagram-v2',
    ...diagram(machine, '', '  '),
    '```',
    '',
    table(['State', 'Kind', 'Why'], statesOf(machine)),
  ].join('\n');

function diagram(machine: Machine, prefix: string, indent: string): string[] {
  const id = (name: string) => prefix + name.replace(/[^a-zA-Z0-9]+/g, '');
  const states = Object.entries(machine.States);
  const edges = states.flatMap(([name, state]) =>
    edgesOf(state).map(({ to, says }) => edge(id(name), to && id(to), says)),
  );
  return [
    ...states.flatMap(([name, state]) => box(state, { id: id(name), name })),
    edge(null, id(machine.StartAt), ''),
    ...new Set(edges),
  ].map((line) => indent + line);
}

function box({ ItemProcessor }: State, { id, name }: { id: string; name: string }): string[] {
  const line = `state "${name}" as ${id}`;
  return ItemProcessor ? [`${line} {`, ...diagram(ItemProcessor, `${id}_`, '  '), '}'] : [line];
}

/** The transitions of a state; `to` is null at an end. */
function edgesOf(state: State): { to: string | null; says: string }[] {
  const over = state.End || state.Type === 'Succeed' || state.Type === 'Fail';
  return [
    ...(state.Choices ?? []).map(({ Condition, Next }) => ({ to: Next, says: condition(Condition) })),
    ...(state.Default ? [{ to: state.Default, says: 'otherwise' }] : []),
    ...(state.Next ? [{ to: state.Next, says: '' }] : []),
    ...(state.Catch ?? []).filter(({ Next }) => Next !== state.Next).map(({ Next }) => ({ to: Next, says: 'failed' })),
    ...(over ? [{ to: null, says: '' }] : []),
  ];
}

const edge = (from: string | null, to: string | null, says: string): string =>
  `${from ?? '[*]'} --> ${to ?? '[*]'}${says ? ` : ${says}` : ''}`;

/** A JSONata condition as a label: without its delimiters, and without characters that would end the label. */
const condition = (text: string): string =>
  text.replace(/^\{%\s*|\s*%\}$/g, '').replace(/\$states\.input\.|[;{}#]/g, '');

const statesOf = (machine: Machine): string[][] =>
  Object.entries(machine.States).flatMap(([name, { Type, Comment = '', ItemProcessor }]) => [
    [name, Type, Comment],
    ...(ItemProcessor ? statesOf(ItemProcessor).map(([inner = '', ...rest]) => [`· ${inner}`, ...rest]) : []),
  ]);
