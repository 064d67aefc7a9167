/** The tables of the evidence page. */
import { emptyMarkup, html, type Markup } from '#lib/notifications/mail/markup.ts';

export type Cell = string | number | Markup;

export const code = (text: string): Markup => html`<code>${text}</code>`;
/** As `2026-11-24 11:00:02 UTC`. */
export const moment = (at: string): Markup =>
  html`<code class="at">${at.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')}</code>`;
export const idOf = (id: string | null | undefined): Markup =>
  id ? html`<code class="${id.length > 40 ? 'long' : 'id'}">${id}</code>` : html`<span class="note">none</span>`;

const withUnit = new Intl.NumberFormat('en-US', { style: 'unit', unit: 'byte', unitDisplay: 'long' });
export const bytes = (count: number | undefined): Cell => (count === undefined ? '' : withUnit.format(count));

export const facts = (rows: readonly (readonly [string, Cell])[]): Markup => html`<table class="facts">
${rows.map(([label, value]) => html`<tr><th>${label}</th><td>${value}</td></tr>\n`)}</table>`;

interface FactTable<T> {
  readonly title: string;
  readonly note: string;
  readonly items: readonly T[];
  readonly columns: readonly (readonly [string, (item: T) => Cell])[];
}

/** A table of facts, whose last column refers to the timeline entry. */
export const listed = <T extends { readonly entry: number }>({ columns, ...more }: FactTable<T>): Markup =>
  table({ ...more, columns: [...columns, ['Entry', ({ entry }) => html`#${entry}`]] });

export function table<T>({ title, note, items, columns }: FactTable<T>): Markup {
  const rows = items.map((item) => html`<tr>${columns.map(([, cell]) => html`<td>${cell(item)}</td>`)}</tr>\n`);
  const heads = columns.map(([name]) => html`<th>${name}</th>`);
  return html`<h3>${title}</h3>
<p class="note">${note}</p>
${items.length === 0 ? html`<p>None.</p>` : html`<table><tr>${heads}</tr>\n${rows}</table>`}
`;
}

export const lines = (parts: readonly Markup[]): Markup =>
  parts.length === 0 ? emptyMarkup : html`${parts.map((part) => html`<div>${part}</div>`)}`;
