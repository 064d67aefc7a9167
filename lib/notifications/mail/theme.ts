/**
 * How mails look: calm greys and one accent per tone. Every colour is inline, for clients that drop style sheets; the style sheet below
 * only turns the same classes dark for readers who prefer that.
 */
import type { Tone } from './letter.ts';

export interface Accent {
  readonly strong: string;
  /** A tint of it, for the pill's ground. */
  readonly soft: string;
  readonly darkStrong: string;
  readonly darkSoft: string;
}

export const accents: Readonly<Record<Tone, Accent>> = {
  warning: { strong: '#9a5b00', soft: '#fdf0d5', darkStrong: '#f2bf62', darkSoft: '#3d2f14' },
  calm: { strong: '#1f5fa8', soft: '#e3eefb', darkStrong: '#86b8f2', darkSoft: '#172c45' },
  stopped: { strong: '#4b4a78', soft: '#e9e8f5', darkStrong: '#b5b3ea', darkSoft: '#2a2a45' },
  good: { strong: '#1d6f4c', soft: '#ddf2e7', darkStrong: '#77d3a8', darkSoft: '#143326' },
  alarm: { strong: '#a8323a', soft: '#fbe5e6', darkStrong: '#f29aa0', darkSoft: '#451b1f' },
};

export const sans = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
const mono = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace";

const ink = {
  page: '#eef0f4',
  card: '#ffffff',
  strong: '#1b2230',
  body: '#3c4658',
  faint: '#6b7485',
  line: '#e2e6ed',
  code: '#f4f6f9',
};

/** Inline styles by class name; the class is what the dark sheet takes hold of. */
export const styles = {
  page: `margin:0;padding:0;background:${ink.page};`,
  card: `background:${ink.card};border:1px solid ${ink.line};border-radius:10px;`,
  brand: `font:600 13px/20px ${sans};letter-spacing:.08em;text-transform:uppercase;color:${ink.faint};`,
  headline: `margin:0;font:600 24px/31px ${sans};letter-spacing:-.01em;color:${ink.strong};`,
  lead: `margin:12px 0 0;font:400 15px/24px ${sans};color:${ink.body};`,
  title: `margin:0 0 10px;font:600 15px/22px ${sans};color:${ink.strong};`,
  label: `padding:7px 16px 7px 0;font:400 13px/20px ${sans};color:${ink.faint};vertical-align:top;white-space:nowrap;border-top:1px solid ${ink.line};`,
  value: `padding:7px 0;font:400 13px/20px ${sans};color:${ink.strong};vertical-align:top;word-break:break-word;overflow-wrap:anywhere;border-top:1px solid ${ink.line};`,
  text: `margin:0 0 8px;font:400 14px/22px ${sans};color:${ink.body};`,
  number: `padding:0 10px 8px 0;font:600 14px/22px ${sans};color:${ink.faint};vertical-align:top;width:14px;`,
  code: `margin:0 0 12px;padding:11px 14px;background:${ink.code};border:1px solid ${ink.line};border-radius:6px;font:400 12px/19px ${mono};color:${ink.strong};overflow-wrap:anywhere;`,
  head: `padding:0 12px 7px 0;font:400 12px/18px ${sans};color:${ink.faint};text-align:left;`,
  cell: `padding:9px 12px 9px 0;font:400 13px/20px ${sans};color:${ink.body};vertical-align:top;border-top:1px solid ${ink.line};overflow-wrap:anywhere;`,
  name: `padding:9px 12px 9px 0;font:600 13px/20px ${sans};color:${ink.strong};vertical-align:top;border-top:1px solid ${ink.line};overflow-wrap:anywhere;`,
  trouble: `padding:0 0 11px;font:400 13px/20px ${sans};overflow-wrap:anywhere;`,
  footer: `margin:0 0 4px;font:400 12px/19px ${sans};color:${ink.faint};overflow-wrap:anywhere;`,
} as const;

export type Style = keyof typeof styles;

export const darkSheet = ({ darkStrong, darkSoft }: Accent): string =>
  `@media (prefers-color-scheme: dark){.page{background:#12151b!important}.card{background:#1a1f28!important;border-color:#2a313d!important}
.headline,.title,.value,.name,.code{color:#edf0f5!important}.lead,.text,.cell{color:#c3cad6!important}.brand,.label,.number,.head,.footer{color:#8d97a8!important}
.label,.value,.cell,.name,.code{border-color:#2a313d!important}.code{background:#12161d!important}.accent{background:${darkStrong}!important}
.pill{background:${darkSoft}!important;color:${darkStrong}!important}.trouble{color:${darkStrong}!important}}
@media (max-width:520px){.inner{padding-left:20px!important;padding-right:20px!important}}`;
