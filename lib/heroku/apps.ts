/** Apps as the CLI lists, makes, shows and removes them. */

import type { createApp, destroyApp } from '#lib/apps/create.ts';
import { namePattern } from '#lib/databases/names.ts';
import type { App } from '#lib/model/app.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { appView, type Surroundings } from './app.ts';
import { allApps, appNamed, type FindDeps } from './find.ts';
import type { Answer, HerokuRequest } from './route.ts';
import { type SurroundingsDeps, surroundingsOf } from './surroundings.ts';

export type AppsDeps = Pick<FindDeps, 'findApp' | 'listApps'> &
  SurroundingsDeps &
  Needs<'tokenById'> & {
    readonly createApp: ReturnType<typeof createApp>;
    readonly destroyApp: ReturnType<typeof destroyApp>;
  };

type Request = HerokuRequest<unknown>;

export const herokuApps = (deps: AppsDeps) => ({
  list: async ({ teamId }: Request): Promise<Answer> => {
    const around = await surroundingsOf(deps, teamId);
    return { body: (await allApps(deps, teamId)).map((app) => appView(app, around)) };
  },
  get: async ({ teamId, path }: Request): Promise<Answer> => shown(await appNamed(deps, teamId, path('app')), deps),
  create: async (request: HerokuRequest<NewApp>): Promise<Answer> => {
    const { teamId, actor, caller, body } = request;
    const { name, space } = body;
    const admins = [await mailOf(deps, teamId, caller.tokenId)];
    const app = await deps.createApp({
      teamId,
      actor,
      name: checked(name),
      ...(space === undefined ? {} : { space }),
      admins,
    });
    return { ...(await shown(app, deps)), status: 201 };
  },
  destroy: async ({ teamId, actor, path }: Request): Promise<Answer> => {
    const app = await appNamed(deps, teamId, path('app'));
    await deps.destroyApp({ teamId, actor, app: app.id });
    return shown(app, deps);
  },
  collaborators: async ({ teamId, path }: Request): Promise<Answer> => {
    const { admins } = await appNamed(deps, teamId, path('app'));
    return { body: admins.map((email) => ({ id: email, role: 'admin', user: { id: email, email } })) };
  },
});

export interface NewApp {
  readonly name?: string | undefined;
  readonly space?: string | undefined;
}

async function shown(app: App, deps: SurroundingsDeps): Promise<Answer> {
  const around: Surroundings = await surroundingsOf(deps, app.teamId);
  return { body: appView(app, around) };
}

/** Whoever makes an app is told what happens to its databases, so they need an address. Throws `invalid_request`. */
async function mailOf({ tokenById }: AppsDeps, teamId: string, tokenId: string): Promise<string> {
  const token = await tokenById(teamId, tokenId);
  if (token?.email) return token.email;
  throw new Problem(
    'invalid_request',
    'An app needs an administrator to write to, and your token has no mail address. Make a token with one (POST /v1/tokens with email), or the app itself with POST /v1/apps.',
  );
}

/** Throws `invalid_request`: apps are named by those who make them. */
function checked(name: string | undefined): string {
  if (name && namePattern.test(name)) return name;
  throw new Problem(
    'invalid_request',
    'Name the app: lower-case letters, digits and dashes, 3 to 63, from a letter on.',
  );
}
