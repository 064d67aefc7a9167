/** The stage in a terminal. */

import { drawing } from './drawing.ts';
import { inWords } from './durations.ts';
import { wrapped } from './lines.ts';
import { showWait } from './progress.ts';
import type { Screen } from './screen.ts';
import type { Stage } from './stage.ts';
import { laidOut } from './table.ts';

/** Where the story is. */
interface Place {
  chapters: number;
  title: string;
  step: string;
  /** When the last act began, by `performance.now()`. */
  actedAt: number;
}

export function createStage(screen: Screen, signal: AbortSignal): Stage {
  const place: Place = { chapters: 0, title: 'The start', step: '', actedAt: performance.now() };
  return {
    ...narration(screen, place),
    ...action(screen, place, signal),
    whereabouts: () => (place.step ? `${place.title}: ${place.step}` : place.title),
  };
}

type Narration = Pick<Stage, 'chapter' | 'say' | 'show' | 'table'>;

function narration(screen: Screen, place: Place): Narration {
  const { paint, line, width } = screen;
  const { margin, inner, below } = drawing(screen);
  const say = (text: string) => {
    for (const each of wrapped(text, inner - 2)) line(margin + each);
    line();
  };
  return {
    say,
    chapter(name, opening) {
      place.chapters += 1;
      place.title = `Chapter ${place.chapters}, ${name}`;
      place.step = '';
      const heading = `  ${place.chapters}  ${name} `;
      line();
      line(paint.strong(heading) + paint.faint('─'.repeat(width - heading.length)));
      line();
      say(opening);
    },
    show: (text) => below(text, paint.faint),
    table(table) {
      const { header, rule, rows } = laidOut(table);
      line();
      line(`${margin}  ${paint.faint(header)}`);
      line(`${margin}  ${paint.faint(rule)}`);
      for (const { text, holds } of rows) line(`${margin}${holds ? paint.good('✓') : paint.warning('–')} ${text}`);
      line();
    },
  };
}

type Action = Pick<Stage, 'do' | 'see' | 'watch' | 'prove'>;

function action(screen: Screen, place: Place, signal: AbortSignal): Action {
  const { claimed, goingOn, happened, below, written } = drawing(screen);
  const begin = (step: string) => {
    signal.throwIfAborted();
    place.step = step;
  };
  const unlessInterrupted = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    signal.throwIfAborted();
    return result;
  };
  return {
    async do(act) {
      begin(act.text);
      const finish = written(act);
      place.actedAt = performance.now();
      const result = await unlessInterrupted(act.run());
      finish(inWords(performance.now() - place.actedAt));
      return result;
    },
    async see(expected, work, describe = () => expected) {
      begin(expected);
      goingOn(expected);
      const seen = await unlessInterrupted(work);
      const [first = '', ...more] = describe(seen).split('\n');
      happened(first, `+ ${inWords(performance.now() - place.actedAt)}`);
      for (const each of more) below(each);
      return seen;
    },
    watch(wait, work) {
      begin(wait.label);
      return unlessInterrupted(showWait(screen, wait, { work, signal }));
    },
    async prove(claim, evidence) {
      begin(claim);
      goingOn(claim);
      const found = await unlessInterrupted(evidence());
      claimed(claim);
      for (const each of found.split('\n')) below(each, screen.paint.faint);
    },
  };
}
