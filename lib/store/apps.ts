/** Spaces, apps and releases. A name row beside each keeps names unique in the team. */
import type { App, Release, Space } from '#lib/model/app.ts';
import { isId } from '#lib/model/ids.ts';
import { Problem } from '#lib/model/problem.ts';
import type { Change } from './commit.ts';
import { counted } from './quotas.ts';
import { type Address, type Page, readRange, readRow, readRows, teamPartition } from './table.ts';

export interface ListQuery {
  readonly after?: string | null | undefined;
  readonly limit: number;
}

const appRow = (teamId: string, id: string): Address => ({ pk: teamPartition(teamId), sk: `APP#${id}` });
const appName = (teamId: string, name: string): Address => ({ pk: teamPartition(teamId), sk: `APPNAME#${name}` });
const spaceRow = (teamId: string, id: string): Address => ({ pk: teamPartition(teamId), sk: `SPACE#${id}` });
const spaceName = (teamId: string, name: string): Address => ({ pk: teamPartition(teamId), sk: `SPACENAME#${name}` });
const releasePrefix = (appId: string) => `RELEASE#${appId}#`;
const releaseRow = (teamId: string, appId: string, version: number): Address => ({
  pk: teamPartition(teamId),
  sk: `${releasePrefix(appId)}${String(version).padStart(8, '0')}`,
});

/** The id behind a name, or the text itself when it is an id already. */
export const idBehind = async (text: string, kind: 'app' | 'space' | 'db', name: Address): Promise<string | null> =>
  isId(kind, text) ? text : ((await readRow<{ id: string }>(name))?.id ?? null);

export const appStore = () => ({
  findApp: async (teamId: string, nameOrId: string): Promise<App | null> => {
    const id = await idBehind(nameOrId, 'app', appName(teamId, nameOrId));
    return id ? readRow<App>(appRow(teamId, id)) : null;
  },
  appsById: (teamId: string, ids: readonly string[]) => readRows<App>(ids.map((id) => appRow(teamId, id))),
  listApps: (teamId: string, { after, limit }: ListQuery): Promise<Page<App & Address>> =>
    readRange({ pk: teamPartition(teamId), prefix: 'APP#', after, limit }),
  findSpace: async (teamId: string, nameOrId: string): Promise<Space | null> => {
    const id = await idBehind(nameOrId, 'space', spaceName(teamId, nameOrId));
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

const taken = (what: string, name: string) =>
  new Problem('name_taken', `Your team already has ${what} ${name}. Choose another name.`);

export const spaceCreated = (space: Space): Change[] => [
  { kind: 'create', row: { ...spaceRow(space.teamId, space.id), ...space } },
  {
    kind: 'create',
    row: { ...spaceName(space.teamId, space.name), id: space.id },
    otherwise: taken('a space', space.name),
  },
  counted(space.teamId, 'spaces', 1),
];

export const appCreated = (app: App): Change[] => [
  { kind: 'create', row: { ...appRow(app.teamId, app.id), ...app } },
  { kind: 'create', row: { ...appName(app.teamId, app.name), id: app.id }, otherwise: taken('an app', app.name) },
  counted(app.teamId, 'apps', 1),
];

export const appSaved = (app: App): Change => ({ kind: 'save', row: { ...appRow(app.teamId, app.id), ...app } });

export const appRemoved = (app: App): Change[] => [
  { kind: 'remove', row: { ...appRow(app.teamId, app.id), version: app.version } },
  { kind: 'remove', row: appName(app.teamId, app.name) },
  counted(app.teamId, 'apps', -1),
];

export const releaseCreated = (teamId: string, release: Release): Change => ({
  kind: 'create',
  row: {
    ...releaseRow(teamId, release.appId, release.version),
    ...release,
    appVersion: release.version,
  },
});
