/** Lists, creates, shows and destroys apps for the CLI. */

import type { createApp, destroyApp } from '#lib/apps/create.ts';
import { namePattern } from '#lib/databases/names.ts';
import type { App } from '#lib/model/app.ts';
import { allOfTeam } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { appView, type TeamContext } from './app.ts';
import { appNamed, type FindDeps } from './resolve.ts';
import type { HerokuRequest, HerokuResponse } from './route.ts';
import { type TeamContextDeps, teamContextOf } from './team-context.ts';

export type AppReadDeps = Pick<FindDeps, 'findApp' | 'listApps'> & TeamContextDeps;

export type AppChangeDeps = AppReadDeps &
  Needs<'tokenById'> & {
    readonly createApp: ReturnType<typeof createApp>;
    readonly destroyApp: ReturnType<typeof destroyApp>;
  };

export const herokuAppReads = (deps: AppReadDeps) => ({
  list: async ({ teamId }: HerokuRequest): Promise<HerokuResponse> => {
    const context = await teamContextOf(deps, teamId);
    return { body: (await allOfTeam(deps.listApps, teamId)).map((app) => appView(app, context)) };
  },
  get: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> =>
    respond(await appNamed(deps, teamId, path('app')), deps),
  collaborators: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const { admins } = await appNamed(deps, teamId, path('app'));
    return { body: admins.map((email) => ({ id: email, role: 'admin', user: { id: email, email } })) };
  },
});

export const herokuAppChanges = (deps: AppChangeDeps) => ({
  create: async (request: HerokuRequest<NewApp>): Promise<HerokuResponse> => {
    const { teamId, actor, caller, body } = request;
    const { name, space } = body;
    const admins = [await requireEmail(deps, teamId, caller.tokenId)];
    const app = await deps.createApp({
      teamId,
      actor,
      name: checkedAppName(name),
      ...(space === undefined ? {} : { space }),
      admins,
    });
    return { ...(await respond(app, deps)), status: 201 };
  },
  destroy: async ({ teamId, actor, path }: HerokuRequest): Promise<HerokuResponse> => {
    const app = await appNamed(deps, teamId, path('app'));
    await deps.destroyApp({ teamId, actor, app: app.id });
    return respond(app, deps);
  },
});

export interface NewApp {
  readonly name?: string | undefined;
  readonly space?: string | undefined;
}

async function respond(app: App, deps: TeamContextDeps): Promise<HerokuResponse> {
  const context: TeamContext = await teamContextOf(deps, app.teamId);
  return { body: appView(app, context) };
}

/**
 * The app's creator is its first admin, who receives notices, and so needs a mail address. Throws `invalid_request`.
 */
async function requireEmail({ tokenById }: AppChangeDeps, teamId: string, tokenId: string): Promise<string> {
  const token = await tokenById(teamId, tokenId);
  if (token?.email) return token.email;
  throw new Problem(
    'invalid_request',
    'An app needs the mail address of an administrator, and your token has none. ' +
      'Create a token with one (POST /v1/tokens with email), or create the app with POST /v1/apps.',
  );
}

/** Throws `invalid_request`: Latchkey does not generate names of apps. */
function checkedAppName(name: string | undefined): string {
  if (name && namePattern.test(name)) return name;
  throw new Problem(
    'invalid_request',
    'Name the app: a letter, then lower-case letters, digits and dashes, 3 to 63 characters.',
  );
}
