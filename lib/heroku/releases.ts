/** Releases as the CLI shows them: newest first, as many as it asks for. */

import type { App, Release } from '#lib/model/app.ts';
import type { ConfigVars } from '#lib/model/config-vars.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { releaseView } from './app.ts';
import { appNamed, type FindDeps } from './find.ts';
import type { Answer, HerokuRequest } from './route.ts';

export type ReleasesDeps = Pick<FindDeps, 'findApp'> &
  Needs<'databasesById' | 'listReleases' | 'releaseByVersion'> & {
    /** Who made a release, for people. */
    readonly authorOf: (teamId: string, id: string) => Promise<string>;
  };

type Request = HerokuRequest<unknown>;

/** What the CLI shows where it asks for no number. */
const usual = 15;
const most = 100;

export const herokuReleases = (deps: ReleasesDeps) => ({
  list: async ({ teamId, path, range }: Request): Promise<Answer> => {
    const app = await appNamed(deps, teamId, path('app'));
    const { items } = await deps.listReleases(teamId, app.id, { limit: wanted(range) });
    return { body: await shown(deps, app, items) };
  },
  get: async (request: Request): Promise<Answer> => {
    const { app, release } = await found(deps, request);
    return { body: (await shown(deps, app, [release]))[0] };
  },
  /** What the newest release runs with is known; values of older ones are not kept, since credentials are among them. */
  configVars:
    (read: (request: Request) => Promise<Answer>) =>
    async (request: Request): Promise<Answer> => {
      const { app, release } = await found(deps, request);
      if (release.version === app.release) return read(request);
      const body: ConfigVars = {};
      return {
        body,
        warning: `Config vars are kept for the newest release only, v${app.release}: old values may be old credentials.`,
      };
    },
});

/** `version ..; order=desc,max=1`, in any order. */
export const wanted = (range: string | null): number => {
  const [, max] = /\bmax=(\d{1,6})\b/.exec(range ?? '') ?? [];
  return Math.min(most, Math.max(1, Number(max ?? usual)));
};

/** `current` names the newest. */
async function found(deps: ReleasesDeps, { teamId, path }: Request): Promise<{ app: App; release: Release }> {
  const app = await appNamed(deps, teamId, path('app'));
  const text = path('release');
  const version = text === 'current' ? app.release : Number(text.replace(/^v/, ''));
  const release = Number.isSafeInteger(version) ? await deps.releaseByVersion(teamId, app.id, version) : null;
  if (!release) throw new Problem('not_found', `Couldn't find that release: ${app.name} has no ${text}.`);
  return { app, release };
}

async function shown(deps: ReleasesDeps, app: App, releases: readonly Release[]) {
  const databases = await deps.databasesById(app.teamId, [
    ...new Set(app.attachments.map(({ databaseId }) => databaseId)),
  ]);
  const plans = databases.map(({ plan }) => plan);
  const authors = new Map<string, string>();
  for (const id of new Set(releases.map(({ by }) => by))) authors.set(id, await deps.authorOf(app.teamId, id));
  return releases.map((release) => releaseView({ ...release, by: authors.get(release.by) ?? release.by }, app, plans));
}
