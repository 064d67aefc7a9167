/** Safe HTML: `html` escapes all values of a template except markup that it returned itself. */
import { type Style, styles } from './theme.ts';

/** Escaped HTML. Only this file creates it. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeText = (value: string): string => value.replace(/[&<>"']/g, (character) => entities[character] ?? '');

export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return {
    markup: texts.map((fixed, index) => fixed + (index < parts.length ? renderPart(parts[index] ?? '') : '')).join(''),
  };
}

function renderPart(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escapeText(String(part));
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}

export const emptyMarkup: Markup = { markup: '' };

/** The attributes of an element in one of the mail's styles; `more` is constant CSS that is appended. */
export const styleAttributes = (style: Style, more = ''): Markup =>
  html`class="${style}" style="${`${styles[style]}${more}`}"`;
