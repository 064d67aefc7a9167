/** The databases of a mail: name, plan, apps and status, and below a name what is in its way. */

import type { Accent } from '#lib/design-tokens.ts';
import type { AffectedDatabase } from '#lib/model/notice.ts';
import { counted } from './letter.ts';
import { html, type Markup, nothing, styled } from './markup.ts';
import { appsOf, named } from './named.ts';

export function databaseTable(databases: readonly AffectedDatabase[], { strong }: Accent): Markup {
  const { rows, others } = named(databases);
  return html`<h2 ${styled('title')}>${counted(databases.length, 'database')}</h2>
<table width="100%" cellpadding="0" cellspacing="0" border="0">
<tr>${['Name', 'Plan', 'Apps', 'Status'].map((title) => html`<th scope="col" ${styled('head')}>${title}</th>`)}</tr>
${rows.map((database) => rowsOf(database, strong))}
${others === null ? nothing : html`<tr><td colspan="4" ${styled('cell')}>${others}</td></tr>`}
</table>`;
}

const rowsOf = (database: AffectedDatabase, colour: string): Markup => html`<tr>
<td ${styled('name')}>${database.name}</td><td ${styled('cell', 'white-space:nowrap;')}>${database.plan}</td>
<td ${styled('cell')}>${appsOf(database)}</td><td ${styled('cell', 'padding-right:0;white-space:nowrap;')}>${database.status}</td>
</tr>${database.trouble === null ? nothing : html`<tr><td colspan="4" ${styled('trouble', `color:${colour};`)}>${database.trouble}</td></tr>`}
`;
