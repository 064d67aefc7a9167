/** The dependencies of identifying a caller, and the rate limit of this function instance: one bucket per team. */

import { rateConfig } from '#lib/config.ts';
import { rateLimit, type Spend } from '#lib/edge/rate-limit.ts';
import type { Callers } from '#lib/edge/request.ts';
import { now } from '#lib/model/clock.ts';
import { sessionStore } from '#lib/store/sessions.ts';
import { teamStore } from '#lib/store/teams.ts';

/** Seconds' worth of requests that may come at once. */
const burstSeconds = 10;

let limit: Spend | undefined;
const limited = (): Spend => {
  const perSecond = rateConfig().REQUESTS_PER_SECOND;
  return rateLimit({ perSecond, burst: perSecond * burstSeconds });
};
const spend: Spend = (teamId, at) => {
  limit ??= limited();
  limit(teamId, at);
};

export const callers = (): Callers => ({ ...teamStore(), ...sessionStore(), now, spend });
