/**
 * The colours and fonts that the mails, the evidence page and the console share. Each pair of text and ground has the
 * contrast of WCAG 2.2 AA (4.5:1); `faint` has it on `paper` only.
 */

export const light = {
  page: '#eef0f4',
  paper: '#ffffff',
  soft: '#f4f6f9',
  ink: '#1b2230',
  body: '#3c4658',
  faint: '#6b7485',
  line: '#d9dee7',
  hairline: '#e2e6ed',
} as const;

export const dark = {
  page: '#12151b',
  paper: '#1a1f28',
  soft: '#12161d',
  ink: '#edf0f5',
  body: '#c3cad6',
  faint: '#8d97a8',
  line: '#2a313d',
  hairline: '#2a313d',
} as const satisfies Record<keyof typeof light, string>;

export interface Accent {
  readonly strong: string;
  /** A tint for the ground of a badge. */
  readonly soft: string;
  readonly darkStrong: string;
  readonly darkSoft: string;
}

export const accents = {
  amber: { strong: '#9a5b00', soft: '#fdf0d5', darkStrong: '#f2bf62', darkSoft: '#3d2f14' },
  blue: { strong: '#1f5fa8', soft: '#e3eefb', darkStrong: '#86b8f2', darkSoft: '#172c45' },
  violet: { strong: '#4b4a78', soft: '#e9e8f5', darkStrong: '#b5b3ea', darkSoft: '#2a2a45' },
  green: { strong: '#1d6f4c', soft: '#ddf2e7', darkStrong: '#77d3a8', darkSoft: '#143326' },
  red: { strong: '#a8323a', soft: '#fbe5e6', darkStrong: '#f29aa0', darkSoft: '#451b1f' },
} as const satisfies Record<string, Accent>;

export const sans = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
export const mono = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace";
