/** Serves the CLI's requests for the account, the team, its spaces and the region. */

import { allOfTeam } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { accountView, regionView, spaceView } from './app.ts';
import type { HerokuRequest, HerokuResponse } from './route.ts';
import { type TeamContextDeps, teamContextOf } from './team-context.ts';

export const herokuAbout = (deps: TeamContextDeps & Needs<'tokenById' | 'findSpace' | 'listSpaces'>) => ({
  account: async ({ teamId, caller }: HerokuRequest): Promise<HerokuResponse> => {
    const token = await deps.tokenById(teamId, caller.tokenId);
    if (!token) throw new Problem('unauthenticated', 'This token was revoked a moment ago.');
    return { body: accountView(token, (await teamContextOf(deps, teamId)).team) };
  },
  team: async ({ teamId }: HerokuRequest): Promise<HerokuResponse> => ({
    body: (await teamContextOf(deps, teamId)).team,
  }),
  regions: async (): Promise<HerokuResponse> => ({ body: [regionView(deps.region())] }),
  spaces: async ({ teamId }: HerokuRequest): Promise<HerokuResponse> => {
    const context = await teamContextOf(deps, teamId);
    const spaces = await allOfTeam(deps.listSpaces, teamId);
    return { body: spaces.map((space) => spaceView(space, context)) };
  },
  space: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const space = await deps.findSpace(teamId, path('space'));
    if (!space)
      throw new Problem('not_found', `Couldn't find that space: your team has no ${path('space')}.`, {
        resource: 'space',
      });
    return { body: spaceView(space, await teamContextOf(deps, teamId)) };
  },
  /** The CLI lists the account's OAuth authorizations, which Latchkey does not have. */
  authorizations: async (): Promise<HerokuResponse> => ({ body: [] }),
});
