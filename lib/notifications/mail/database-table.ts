/** The table of databases in a mail, with the reason below each database that cannot be stopped or started. */

import type { Accent } from '#lib/design-tokens.ts';
import type { AffectedDatabase } from '#lib/model/notice.ts';
import { appsOf, listDatabases } from './database-list.ts';
import { pluralize } from './email-template.ts';
import { emptyMarkup, html, type Markup, styleAttributes } from './markup.ts';

export function databaseTable(databases: readonly AffectedDatabase[], { strong }: Accent): Markup {
  const { rows, others } = listDatabases(databases);
  return html`<h2 ${styleAttributes('title')}>${pluralize(databases.length, 'database')}</h2>
<table width="100%" cellpadding="0" cellspacing="0" border="0">
<tr>${['Name', 'Plan', 'Apps', 'Status'].map(
    (title) => html`<th scope="col" ${styleAttributes('head')}>${title}</th>`,
  )}</tr>
${rows.map((database) => rowsOf(database, strong))}
${others === null ? emptyMarkup : html`<tr><td colspan="4" ${styleAttributes('cell')}>${others}</td></tr>`}
</table>`;
}

const rowsOf = ({ name, plan, apps, status, trouble }: AffectedDatabase, colour: string): Markup => html`<tr>
<td ${styleAttributes('name')}>${name}</td><td ${styleAttributes('cell', 'white-space:nowrap;')}>${plan}</td>
<td ${styleAttributes('cell')}>${appsOf({ apps })}</td><td ${styleAttributes(
  'cell',
  'padding-right:0;white-space:nowrap;',
)}>${status}</td>
</tr>${trouble === null ? emptyMarkup : troubleRow(trouble, colour)}
`;

const troubleRow = (trouble: string, colour: string): Markup =>
  html`<tr><td colspan="4" ${styleAttributes('trouble', `color:${colour};`)}>${trouble}</td></tr>`;
