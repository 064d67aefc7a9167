/** GET /v1/timeline/verification: computes the chain's hashes again. */
import { VerifyTimeline } from '#lib/contracts/timeline.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { timelineStore } from '#lib/store/timeline.ts';
import { verifyChain } from '#lib/timeline/verify.ts';

export const handler = endpoint(VerifyTimeline, () => {
  const verify = verifyChain(timelineStore());
  return ({ teamId }) => verify(teamId);
});
