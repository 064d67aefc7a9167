/**
 * The colours and styles of mails. Styles are inline, for mail clients that drop style sheets; the style sheet only
 * adds a dark colour scheme.
 */
import { type Accent, accents as colours, dark, light, mono, sans } from '#lib/design-tokens.ts';
import type { Tone } from './email-template.ts';

export const accents: Readonly<Record<Tone, Accent>> = {
  warning: colours.amber,
  calm: colours.blue,
  stopped: colours.violet,
  good: colours.green,
  alarm: colours.red,
};

const ink = {
  page: light.page,
  card: light.paper,
  strong: light.ink,
  body: light.body,
  faint: light.faint,
  line: light.hairline,
  code: light.soft,
};

/** Inline styles by class name; the dark style sheet selects the classes. */
export const styles = {
  page: `margin:0;padding:0;background:${ink.page};`,
  card: `background:${ink.card};border:1px solid ${ink.line};border-radius:10px;`,
  brand: `font:600 13px/20px ${sans};letter-spacing:.08em;text-transform:uppercase;color:${ink.faint};`,
  headline: `margin:0;font:600 24px/31px ${sans};letter-spacing:-.01em;color:${ink.strong};`,
  lead: `margin:12px 0 0;font:400 15px/24px ${sans};color:${ink.body};`,
  title: `margin:0 0 10px;font:600 15px/22px ${sans};color:${ink.strong};`,
  label:
    'padding:7px 16px 7px 0;font:400 13px/20px ' +
    `${sans};color:${ink.faint};vertical-align:top;white-space:nowrap;border-top:1px solid ${ink.line};`,
  value:
    'padding:7px 0;font:400 13px/20px ' +
    `${sans};color:${ink.strong};vertical-align:top;word-break:break-word;overflow-wrap:anywhere;border-top:1px ` +
    `solid ${ink.line};`,
  text: `margin:0 0 8px;font:400 14px/22px ${sans};color:${ink.body};`,
  number: `padding:0 10px 8px 0;font:600 14px/22px ${sans};color:${ink.faint};vertical-align:top;width:14px;`,
  code:
    `margin:0 0 12px;padding:11px 14px;background:${ink.code};border:1px solid ` +
    `${ink.line};border-radius:6px;font:400 12px/19px ${mono};color:${ink.strong};overflow-wrap:anywhere;`,
  head: `padding:0 12px 7px 0;font:400 12px/18px ${sans};color:${ink.faint};text-align:left;`,
  cell:
    `padding:9px 12px 9px 0;font:400 13px/20px ${sans};color:${ink.body};vertical-align:top;border-top:1px ` +
    `solid ${ink.line};overflow-wrap:anywhere;`,
  name:
    'padding:9px 12px 9px 0;font:600 13px/20px ' +
    `${sans};color:${ink.strong};vertical-align:top;border-top:1px solid ` +
    `${ink.line};overflow-wrap:anywhere;`,
  trouble: `padding:0 0 11px;font:400 13px/20px ${sans};overflow-wrap:anywhere;`,
  footer: `margin:0 0 4px;font:400 12px/19px ${sans};color:${ink.faint};overflow-wrap:anywhere;`,
} as const;

export type Style = keyof typeof styles;

export const darkSheet = ({ darkStrong, darkSoft }: Accent): string =>
  `@media (prefers-color-scheme: dark){.page{background:${dark.page}!important}\
.card{background:${dark.paper}!important;border-color:${dark.line}!important}
.headline,.title,.value,.name,.code{color:${dark.ink}!important}.lead,.text,.cell{color:${dark.body}!important}\
.brand,.label,.number,.head,.footer{color:${dark.faint}!important}
.label,.value,.cell,.name,.code{border-color:${dark.line}!important}.code{background:${dark.soft}!important}\
.accent{background:${darkStrong}!important}
.pill{background:${darkSoft}!important;color:${darkStrong}!important}.trouble{color:${darkStrong}!important}}
@media (max-width:520px){.inner{padding-left:20px!important;padding-right:20px!important}}`;
