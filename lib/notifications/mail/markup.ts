/** HTML that can't be broken out of: `html` escapes whatever is put into a template, save what it made itself. */
import { type Style, styles } from './theme.ts';

/** Finished HTML. Only this file makes it. */
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

const escaped = (value: string): string => value.replace(/[&<>"']/g, (character) => entities[character] ?? '');

export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return {
    markup: texts.map((fixed, index) => fixed + (index < parts.length ? rendered(parts[index] ?? '') : '')).join(''),
  };
}

function rendered(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}

export const nothing: Markup = { markup: '' };

/** The attributes of an element in one of the mail's styles; `more` is fixed CSS behind it. */
export const styled = (style: Style, more = ''): Markup => html`class="${style}" style="${`${styles[style]}${more}`}"`;
