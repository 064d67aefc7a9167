/** The pipeline of the Heroku CLI's API in a deployment. */
import { createHerokuApi } from '#lib/edge/heroku-api.ts';
import { callers } from './callers.ts';

export const herokuApi = createHerokuApi({ callers });
