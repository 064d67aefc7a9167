/** Lists releases for the CLI, newest first. */

import type { App, ConfigVars, Release } from '#lib/model/app.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { releaseView } from './app.ts';
import { appNamed, type FindDeps } from './resolve.ts';
import type { HerokuRequest, HerokuResponse } from './route.ts';

type RequireReleaseDeps = Pick<FindDeps, 'findApp'> & Needs<'releaseByVersion'>;

export type ReleasesDeps = RequireReleaseDeps &
  Needs<'databasesById' | 'listReleases'> & {
    /** The display name of a release's author. */
    readonly authorOf: (teamId: string, id: string) => Promise<string>;
  };

/** The number of releases that the CLI shows by default. */
const defaultLimit = 15;
const maxLimit = 100;

export const herokuReleases = (deps: ReleasesDeps) => ({
  list: async ({ teamId, path, range }: HerokuRequest): Promise<HerokuResponse> => {
    const app = await appNamed(deps, teamId, path('app'));
    const { items } = await deps.listReleases(teamId, app.id, { limit: requestedLimit(range) });
    return { body: await releaseViews(deps, app, items) };
  },
  get: async (request: HerokuRequest): Promise<HerokuResponse> => {
    const { app, release } = await requireRelease(deps, request);
    return { body: (await releaseViews(deps, app, [release]))[0] };
  },
});

/** Returns the values of the newest release only: older values are not stored, because they include credentials. */
export const herokuReleaseConfigVars =
  (deps: RequireReleaseDeps, read: (request: HerokuRequest) => Promise<HerokuResponse>) =>
  async (request: HerokuRequest): Promise<HerokuResponse> => {
    const { app, release } = await requireRelease(deps, request);
    if (release.version === app.release) return read(request);
    const body: ConfigVars = {};
    return {
      body,
      warning: `Only the newest release, v${app.release}, has config vars: old values may be old credentials.`,
    };
  };

/** Parses `max` in a header such as `version ..; order=desc,max=1`. */
export const requestedLimit = (range: string | null): number => {
  const [, max] = /\bmax=(\d{1,6})\b/.exec(range ?? '') ?? [];
  return Math.min(maxLimit, Math.max(1, Number(max ?? defaultLimit)));
};

/** `current` is the newest release. */
async function requireRelease(
  deps: RequireReleaseDeps,
  { teamId, path }: HerokuRequest,
): Promise<{ app: App; release: Release }> {
  const app = await appNamed(deps, teamId, path('app'));
  const text = path('release');
  const version = text === 'current' ? app.release : Number(text.replace(/^v/, ''));
  const release = Number.isSafeInteger(version) ? await deps.releaseByVersion(teamId, app.id, version) : null;
  if (!release) throw new Problem('not_found', `Couldn't find that release: ${app.name} has no ${text}.`);
  return { app, release };
}

async function releaseViews(deps: ReleasesDeps, app: App, releases: readonly Release[]) {
  const databases = await deps.databasesById(app.teamId, [
    ...new Set(app.attachments.map(({ databaseId }) => databaseId)),
  ]);
  const plans = databases.map(({ plan }) => plan);
  const authors = new Map<string, string>();
  for (const id of new Set(releases.map(({ by }) => by))) authors.set(id, await deps.authorOf(app.teamId, id));
  return releases.map((release) => releaseView({ ...release, by: authors.get(release.by) ?? release.by }, app, plans));
}
