/** Colour, for meaning only: good and bad for what was proven, a warning, and what stands back or stands out. */

const codes = { good: 32, bad: 31, warning: 33, prompt: 36, strong: 1, faint: 2 } as const;

type Tone = keyof typeof codes;
export type Paint = Readonly<Record<Tone, (text: string) => string>>;

export function createPaint(coloured: boolean): Paint {
  const brush = (tone: Tone) => (text: string) => (coloured && text ? `\u001b[${codes[tone]}m${text}\u001b[0m` : text);
  return {
    good: brush('good'),
    bad: brush('bad'),
    warning: brush('warning'),
    prompt: brush('prompt'),
    strong: brush('strong'),
    faint: brush('faint'),
  };
}

/** Without a terminal there is none, nor where the person wants none (https://no-color.org). */
export const isColoured = (isTerminal: boolean, environment: NodeJS.ProcessEnv): boolean =>
  isTerminal && !environment.NO_COLOR && environment.TERM !== 'dumb';
