/** The marks that the stage makes: acts, what happened, and what stands below them. */
import { wrapped, wrappedCommand, wrappedRequest } from './lines.ts';
import type { Screen } from './screen.ts';
import type { Act } from './stage.ts';

export const margin = '    ';

export interface Drawing {
  readonly margin: string;
  /** The columns that are left of the screen. */
  readonly inner: number;
  /** What was proven. */
  claimed(claim: string): void;
  /** Drafts a step in one line, since a longer draft could not be removed. */
  goingOn(step: string): void;
  /** What Latchkey did, with a time to the right. */
  happened(what: string, time: string): void;
  below(text: string, paint?: (text: string) => string): void;
  /** Writes an act, and returns a function that writes its duration to the right of it. */
  written(act: Pick<Act<unknown>, 'kind' | 'text'>): (time: string) => void;
}

/** Kept free at the right of an act. */
const timeWidth = 10;

export function drawing({ width, paint, line, draft }: Screen): Drawing {
  const inner = width - margin.length;
  const blanks = (count: number) => ' '.repeat(Math.max(1, count));
  return {
    margin,
    inner,
    claimed(claim) {
      for (const [index, each] of wrapped(claim, inner - 2).entries())
        line(`${margin}${index === 0 ? paint.good('✓') : ' '} ${each}`);
    },
    goingOn: (step) => {
      const most = inner - 4;
      draft(paint.faint(`${margin}· ${step.length > most ? step.slice(0, most - 1) : step} …`));
    },
    happened(what, time) {
      const lines = wrapped(what, inner - 3 - time.length);
      for (const [index, each] of lines.entries()) {
        const sign = index === 0 ? '· ' : '  ';
        const end = index < lines.length - 1 ? '' : blanks(inner - 2 - each.length - time.length) + paint.faint(time);
        line(margin + sign + each + end);
      }
    },
    below(text, colour = (plain) => plain) {
      const hanging = text.startsWith('- ') ? '  ' : '';
      for (const [index, each] of wrapped(text, inner - 2 - hanging.length).entries())
        line(`${margin}  ${index > 0 ? hanging : ''}${colour(each)}`);
    },
    written({ kind, text }) {
      const lines = (kind === 'command' ? wrappedCommand : wrappedRequest)(text, inner - 2 - timeWidth);
      const last = lines.pop() ?? '';
      const sign = (isFirst: boolean) => (isFirst ? paint.prompt(kind === 'command' ? '$' : '→') : ' ');
      for (const [index, each] of lines.entries()) line(`${margin}${sign(index === 0)} ${paint.strong(each)}`);
      const end = `${margin}${sign(lines.length === 0)} ${paint.strong(last)}`;
      draft(end);
      return (time) => line(`${end}${blanks(inner - 2 - last.length - time.length)}${paint.faint(time)}`);
    },
  };
}
