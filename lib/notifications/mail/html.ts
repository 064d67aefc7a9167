/**
 * Renders an email template as HTML: tables with inline styles, which all mail clients support, and no image, link or
 * script.
 */

import { type Accent, sans } from '#lib/design-tokens.ts';
import { databaseTable } from './database-table.ts';
import type { EmailTemplate, Line, Section } from './email-template.ts';
import { emptyMarkup, html, type Markup, styleAttributes } from './markup.ts';
import { plain } from './plain.ts';
import { accents, darkSheet } from './theme.ts';

const table = html`role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"`;
const accentBar = 'height:4px;line-height:4px;font-size:0;border-radius:10px 10px 0 0;';
const inset = 'padding-left:36px;padding-right:36px;';

export function htmlOf(template: EmailTemplate, footer: readonly string[]): string {
  const accent = accents[template.tone];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${template.headline}</title>
<style>${{ markup: darkSheet(accent) }}</style>
</head>
<body ${styleAttributes('page')}>
<div style="display:none;max-height:0;overflow:hidden">${template.lead}</div>
<table ${table} ${styleAttributes('page')}><tr><td align="center" style="padding:28px 12px">
<table ${table} style="max-width:644px;text-align:left">
<tr><td style="padding:0 4px 12px">${top(template, accent)}</td></tr>
<tr><td ${styleAttributes('card')}>
<table ${table}>
<tr><td class="accent" style="${`${accentBar}background:${accent.strong}`}">&nbsp;</td></tr>
${row(headlineOf(template), 'padding-top:30px;padding-bottom:20px;')}
${row(facts(template.facts), 'padding-bottom:12px;')}
${template.sections.map((section) => row(block(section), 'padding-top:14px;padding-bottom:6px;'))}
${
  template.databases.length > 0
    ? row(databaseTable(template.databases, accent), 'padding-top:14px;padding-bottom:30px;')
    : emptyMarkup
}
</table>
</td></tr>
<tr><td style="padding:18px 4px 0">${footer.map(
    (line) => html`<p ${styleAttributes('footer')}>${plain(line)}</p>`,
  )}</td></tr>
</table>
</td></tr></table>
</body>
</html>
`.markup;
}

const headlineOf = ({ headline, lead }: EmailTemplate): Markup =>
  html`<h1 ${styleAttributes('headline')}>${headline}</h1><p ${styleAttributes('lead')}>${lead}</p>`;

const row = (content: Markup, padding: string): Markup =>
  html`<tr><td class="inner" style="${`${padding}${inset}`}">${content}</td></tr>`;

const pillStyle = ({ strong, soft }: Accent): string =>
  'display:inline-block;padding:3px 11px;border-radius:999px;font:600 12px/18px ' +
  `${sans};background:${soft};color:${strong};`;

const top = ({ pill }: EmailTemplate, accent: Accent): Markup => html`<table ${table}><tr>
<td ${styleAttributes('brand')}>Latchkey</td>
<td align="right"><span class="pill" style="${pillStyle(accent)}">${pill}</span></td>
</tr></table>`;

const facts = (rows: EmailTemplate['facts']): Markup => html`<table ${table}>
${rows.map(
  ([label, value]) =>
    html`<tr><td ${styleAttributes('label')}>${label}</td><td width="100%" ${styleAttributes('value')}>${plain(
      value,
    )}</td></tr>`,
)}
</table>`;

function block({ title, lines }: Section): Markup {
  const steps = lines.filter(({ kind }) => kind === 'step');
  const rows = lines.map((line) => lineOf(line, steps.indexOf(line) + 1));
  return html`<h2 ${styleAttributes('title')}>${title}</h2><table ${table}>${rows}</table>`;
}

const paragraph = (words: string): Markup => html`<p ${styleAttributes('text')}>${words}</p>`;

function lineOf(line: Line, number: number): Markup {
  const words = plain(line.text);
  if (line.kind === 'step')
    return html`<tr><td ${styleAttributes('number')}>${number}</td><td>${paragraph(words)}</td></tr>`;
  const content = line.kind === 'command' ? html`<div ${styleAttributes('code')}>${words}</div>` : paragraph(words);
  return html`<tr><td colspan="2">${content}</td></tr>`;
}
