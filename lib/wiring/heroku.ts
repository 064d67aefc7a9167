/** What the routes of the Heroku CLI read in a deployment. */

import { regionConfig } from '#lib/config.ts';
import { now } from '#lib/model/clock.ts';
import { appStore } from '#lib/store/apps.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { teamStore } from '#lib/store/teams.ts';

export const looking = () => ({
  ...appStore(),
  ...databaseStore(),
  ...keyStore(),
  ...lockoutStore(),
  ...teamStore(),
  region: () => regionConfig().AWS_REGION,
  /** A token by its holder or its name; what the platform did by itself, and a token that is gone, by its id. */
  authorOf: async (teamId: string, id: string): Promise<string> => {
    const token = id.startsWith('tok_') ? await teamStore().tokenById(teamId, id) : null;
    return token?.email ?? token?.name ?? id;
  },
  now,
});
