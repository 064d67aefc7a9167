/** Reads spaces, apps and releases. A separate row per name keeps names unique in the team. */

import type { App, Release, Space } from '#lib/model/app.ts';
import { isId } from '#lib/model/ids.ts';
import { type Address, teamPartition } from '#lib/model/items/address.ts';
import { appNameRow, appRow, releasePrefix, releaseRow, spaceNameRow, spaceRow } from '#lib/model/items/apps.ts';
import type { ListQuery, Page } from '#lib/model/page.ts';
import type { AppStore } from '#lib/model/stores.ts';
import { readRange, readRow, readRows } from './table.ts';

/** The id of a name; an id is returned as it is. */
export const idBehind = async (text: string, kind: 'app' | 'space' | 'db', name: Address): Promise<string | null> =>
  isId(kind, text) ? text : ((await readRow<{ id: string }>(name))?.id ?? null);

export const appStore = (): AppStore => ({
  findApp: async (teamId: string, nameOrId: string): Promise<App | null> => {
    const id = await idBehind(nameOrId, 'app', appNameRow(teamId, nameOrId));
    return id ? readRow<App>(appRow(teamId, id)) : null;
  },
  appsById: (teamId: string, ids: readonly string[]) => readRows<App>(ids.map((id) => appRow(teamId, id))),
  listApps: (teamId: string, { after, limit }: ListQuery): Promise<Page<App & Address>> =>
    readRange({ pk: teamPartition(teamId), prefix: 'APP#', after, limit }),
  findSpace: async (teamId: string, nameOrId: string): Promise<Space | null> => {
    const id = await idBehind(nameOrId, 'space', spaceNameRow(teamId, nameOrId));
    return id ? readRow<Space>(spaceRow(teamId, id)) : null;
  },
  listSpaces: (teamId: string, { after, limit }: ListQuery): Promise<Page<Space & Address>> =>
    readRange({ pk: teamPartition(teamId), prefix: 'SPACE#', after, limit }),
  /** Newest first. */
  listReleases: (teamId: string, appId: string, { after, limit }: ListQuery): Promise<Page<Release & Address>> =>
    readRange({ pk: teamPartition(teamId), prefix: releasePrefix(appId), after, limit, newestFirst: true }),
  releaseByVersion: (teamId: string, appId: string, version: number) =>
    readRow<Release>(releaseRow(teamId, appId, version)),
});
