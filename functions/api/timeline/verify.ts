/** GET /v1/timeline/verification: computes the chain's hashes again, a piece at a time. */
import { checkpointObjects } from '#lib/aws/checkpoints.ts';
import { VerifyTimeline, verificationView } from '#lib/contracts/timeline.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { timelineStore } from '#lib/store/timeline.ts';
import { checkTimeline } from '#lib/timeline/check.ts';

export const handler = endpoint(VerifyTimeline, () => {
  const check = checkTimeline({ ...timelineStore(), ...lockoutStore(), ...checkpointObjects() });
  return async ({ teamId, query }) => verificationView(await check({ teamId, ...query }));
});
