/** What the CLI asks about: who calls, and the spaces and the region there are. */

import { allOf } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { accountView, regionView, spaceView } from './app.ts';
import type { Answer, HerokuRequest } from './route.ts';
import { type SurroundingsDeps, surroundingsOf } from './surroundings.ts';

export type AboutDeps = SurroundingsDeps & Needs<'tokenById' | 'findSpace' | 'listSpaces'>;

type Request = HerokuRequest<unknown>;

export const herokuAbout = (deps: AboutDeps) => ({
  account: async ({ teamId, caller }: Request): Promise<Answer> => {
    const token = await deps.tokenById(teamId, caller.tokenId);
    if (!token) throw new Problem('unauthenticated', 'This token was revoked a moment ago.');
    return { body: accountView(token, (await surroundingsOf(deps, teamId)).team) };
  },
  team: async ({ teamId }: Request): Promise<Answer> => ({ body: (await surroundingsOf(deps, teamId)).team }),
  regions: async (): Promise<Answer> => ({ body: [regionView(deps.region())] }),
  spaces: async ({ teamId }: Request): Promise<Answer> => {
    const around = await surroundingsOf(deps, teamId);
    const spaces = await allOf((after) => deps.listSpaces(teamId, { after, limit: 100 }));
    return { body: spaces.map((space) => spaceView(space, around)) };
  },
  space: async ({ teamId, path }: Request): Promise<Answer> => {
    const space = await deps.findSpace(teamId, path('space'));
    if (!space)
      throw new Problem('not_found', `Couldn't find that space: your team has no ${path('space')}.`, {
        resource: 'space',
      });
    return { body: spaceView(space, await surroundingsOf(deps, teamId)) };
  },
  /** The CLI's own check of an account; there is nothing that it may be told. */
  authorizations: async (): Promise<Answer> => ({ body: [] }),
});
