/** Items of spaces, apps and releases. An item for each name keeps names unique in the team. */
import type { App, Release, Space } from '#lib/model/app.ts';
import { Problem } from '#lib/model/problem.ts';
import { inTeam } from './address.ts';
import { type Change, created, removed, saved } from './change.ts';
import { counted } from './quotas.ts';

export const appRow = (teamId: string, id: string) => inTeam(teamId, `APP#${id}`);
export const appNameRow = (teamId: string, name: string) => inTeam(teamId, `APPNAME#${name}`);
export const spaceRow = (teamId: string, id: string) => inTeam(teamId, `SPACE#${id}`);
export const spaceNameRow = (teamId: string, name: string) => inTeam(teamId, `SPACENAME#${name}`);
export const releasePrefix = (appId: string) => `RELEASE#${appId}#`;

export const releaseRow = (teamId: string, appId: string, version: number) =>
  inTeam(teamId, `${releasePrefix(appId)}${String(version).padStart(8, '0')}`);

const appNameTaken = (what: string, name: string) =>
  new Problem('name_taken', `Your team already has ${what} ${name}. Choose another name.`);
export const spaceCreated = (space: Space): Change[] => [
  created(spaceRow(space.teamId, space.id), space),
  created(spaceNameRow(space.teamId, space.name), { id: space.id }, appNameTaken('a space', space.name)),
  counted(space.teamId, 'spaces', 1),
];

export const appCreated = (app: App): Change[] => [
  created(appRow(app.teamId, app.id), app),
  created(appNameRow(app.teamId, app.name), { id: app.id }, appNameTaken('an app', app.name)),
  counted(app.teamId, 'apps', 1),
];

export const appSaved = (app: App): Change => saved(appRow(app.teamId, app.id), app);
export const appRemoved = (app: App): Change[] => [
  removed(appRow(app.teamId, app.id), app.version),
  removed(appNameRow(app.teamId, app.name)),
  counted(app.teamId, 'apps', -1),
];

export const releaseCreated = (teamId: string, release: Release): Change =>
  created(releaseRow(teamId, release.appId, release.version), { ...release, appVersion: release.version });
