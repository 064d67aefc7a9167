/** Reads spaces, apps and releases. A separate row per name keeps names unique in the team. */

import type { App, Space } from '#lib/model/app.ts';
import { isId } from '#lib/model/ids.ts';
import { type Address, teamPartition } from '#lib/model/items/address.ts';
import { appNameRow, appRow, releasePrefix, releaseRow, spaceNameRow, spaceRow } from '#lib/model/items/apps.ts';
import type { AppStore } from '#lib/model/stores.ts';
import { deployedTable, readRange, readRow, readRows, type Table } from './table.ts';

/** The id of a name; an id is returned as it is. */
export const idBehind =
  (table: Table) =>
  async (text: string, kind: 'app' | 'space' | 'db', name: Address): Promise<string | null> =>
    isId(kind, text) ? text : ((await readRow<{ id: string }>(table, name))?.id ?? null);

export const appStore = (table: Table = deployedTable): AppStore => ({
  findApp: async (teamId, nameOrId) => {
    const id = await idBehind(table)(nameOrId, 'app', appNameRow(teamId, nameOrId));
    return id ? readRow<App>(table, appRow(teamId, id)) : null;
  },
  appsById: (teamId, ids) =>
    readRows(
      table,
      ids.map((id) => appRow(teamId, id)),
    ),
  listApps: (teamId, query) => readRange(table, { ...query, pk: teamPartition(teamId), prefix: 'APP#' }),
  findSpace: async (teamId, nameOrId) => {
    const id = await idBehind(table)(nameOrId, 'space', spaceNameRow(teamId, nameOrId));
    return id ? readRow<Space>(table, spaceRow(teamId, id)) : null;
  },
  listSpaces: (teamId, query) => readRange(table, { ...query, pk: teamPartition(teamId), prefix: 'SPACE#' }),
  listReleases: (teamId, appId, query) =>
    readRange(table, { ...query, pk: teamPartition(teamId), prefix: releasePrefix(appId), newestFirst: true }),
  releaseByVersion: (teamId, appId, version) => readRow(table, releaseRow(teamId, appId, version)),
});
