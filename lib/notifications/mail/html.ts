/** A letter as HTML: one column of tables with inline styles, which is what mail clients agree on. No image, no link, no script. */

import { type Accent, sans } from '#lib/design-tokens.ts';
import { databaseTable } from './database-table.ts';
import type { Letter, Line, Section } from './letter.ts';
import { html, type Markup, nothing, styled } from './markup.ts';
import { plain } from './plain.ts';
import { accents, darkSheet } from './theme.ts';

const table = html`role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"`;
const inset = 'padding-left:36px;padding-right:36px;';

export function htmlOf(letter: Letter, footer: readonly string[]): string {
  const accent = accents[letter.tone];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${letter.headline}</title>
<style>${{ markup: darkSheet(accent) }}</style>
</head>
<body ${styled('page')}>
<div style="display:none;max-height:0;overflow:hidden">${letter.lead}</div>
<table ${table} ${styled('page')}><tr><td align="center" style="padding:28px 12px">
<table ${table} style="max-width:644px;text-align:left">
<tr><td style="padding:0 4px 12px">${top(letter, accent)}</td></tr>
<tr><td ${styled('card')}>
<table ${table}>
<tr><td class="accent" style="height:4px;line-height:4px;font-size:0;border-radius:10px 10px 0 0;background:${accent.strong}">&nbsp;</td></tr>
${row(html`<h1 ${styled('headline')}>${letter.headline}</h1><p ${styled('lead')}>${letter.lead}</p>`, 'padding-top:30px;padding-bottom:20px;')}
${row(facts(letter.facts), 'padding-bottom:12px;')}
${letter.sections.map((section) => row(block(section), 'padding-top:14px;padding-bottom:6px;'))}
${letter.databases.length > 0 ? row(databaseTable(letter.databases, accent), 'padding-top:14px;padding-bottom:30px;') : nothing}
</table>
</td></tr>
<tr><td style="padding:18px 4px 0">${footer.map((line) => html`<p ${styled('footer')}>${plain(line)}</p>`)}</td></tr>
</table>
</td></tr></table>
</body>
</html>
`.markup;
}

const row = (content: Markup, padding: string): Markup =>
  html`<tr><td class="inner" style="${`${padding}${inset}`}">${content}</td></tr>`;

const pillStyle = ({ strong, soft }: Accent): string =>
  `display:inline-block;padding:3px 11px;border-radius:999px;font:600 12px/18px ${sans};background:${soft};color:${strong};`;

const top = ({ pill }: Letter, accent: Accent): Markup => html`<table ${table}><tr>
<td ${styled('brand')}>Latchkey</td>
<td align="right"><span class="pill" style="${pillStyle(accent)}">${pill}</span></td>
</tr></table>`;

const facts = (rows: Letter['facts']): Markup => html`<table ${table}>
${rows.map(([label, value]) => html`<tr><td ${styled('label')}>${label}</td><td width="100%" ${styled('value')}>${plain(value)}</td></tr>`)}
</table>`;

function block({ title, lines }: Section): Markup {
  const steps = lines.filter(({ kind }) => kind === 'step');
  return html`<h2 ${styled('title')}>${title}</h2><table ${table}>${lines.map((line) => lineOf(line, steps.indexOf(line) + 1))}</table>`;
}

function lineOf(line: Line, number: number): Markup {
  const words = plain(line.text);
  if (line.kind === 'step')
    return html`<tr><td ${styled('number')}>${number}</td><td><p ${styled('text')}>${words}</p></td></tr>`;
  const content =
    line.kind === 'command' ? html`<div ${styled('code')}>${words}</div>` : html`<p ${styled('text')}>${words}</p>`;
  return html`<tr><td colspan="2">${content}</td></tr>`;
}
