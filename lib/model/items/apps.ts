/** Items of spaces, apps and releases. An item for each name keeps names unique in the team. */
import type { App, Release, Space } from '#lib/model/app.ts';
import { Problem } from '#lib/model/problem.ts';
import { type Address, teamPartition } from './address.ts';
import type { Change } from './change.ts';
import { counted } from './quotas.ts';

export const appRow = (teamId: string, id: string): Address => ({ pk: teamPartition(teamId), sk: `APP#${id}` });
export const appNameRow = (teamId: string, name: string): Address => ({
  pk: teamPartition(teamId),
  sk: `APPNAME#${name}`,
});
export const spaceRow = (teamId: string, id: string): Address => ({ pk: teamPartition(teamId), sk: `SPACE#${id}` });
export const spaceNameRow = (teamId: string, name: string): Address => ({
  pk: teamPartition(teamId),
  sk: `SPACENAME#${name}`,
});
export const releasePrefix = (appId: string) => `RELEASE#${appId}#`;

export const releaseRow = (teamId: string, appId: string, version: number): Address => ({
  pk: teamPartition(teamId),
  sk: `${releasePrefix(appId)}${String(version).padStart(8, '0')}`,
});

const appNameTaken = (what: string, name: string) =>
  new Problem('name_taken', `Your team already has ${what} ${name}. Choose another name.`);
export const spaceCreated = (space: Space): Change[] => [
  { kind: 'create', row: { ...spaceRow(space.teamId, space.id), ...space } },
  {
    kind: 'create',
    row: { ...spaceNameRow(space.teamId, space.name), id: space.id },
    otherwise: appNameTaken('a space', space.name),
  },
  counted(space.teamId, 'spaces', 1),
];

export const appCreated = (app: App): Change[] => [
  { kind: 'create', row: { ...appRow(app.teamId, app.id), ...app } },
  {
    kind: 'create',
    row: { ...appNameRow(app.teamId, app.name), id: app.id },
    otherwise: appNameTaken('an app', app.name),
  },
  counted(app.teamId, 'apps', 1),
];

export const appSaved = (app: App): Change => ({ kind: 'save', row: { ...appRow(app.teamId, app.id), ...app } });
export const appRemoved = (app: App): Change[] => [
  { kind: 'remove', row: { ...appRow(app.teamId, app.id), version: app.version } },
  { kind: 'remove', row: appNameRow(app.teamId, app.name) },
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
