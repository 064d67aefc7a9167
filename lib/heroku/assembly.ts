/** What the routes of the Heroku CLI read in a deployment. */
import { now } from '#lib/clock.ts';
import { regionConfig } from '#lib/config.ts';
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
  now,
});
