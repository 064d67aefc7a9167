/**
 * The proofs of what happened: both compute hashes over stretches of the timeline and read the daily checkpoints. They
 * are one function, the only one of the API that may read checkpoints or sign.
 */
import { bundleIn, evidenceView, GetEvidence } from '#lib/contracts/evidence.ts';
import { VerifyTimeline, verificationView } from '#lib/contracts/timeline.ts';
import { route } from '#lib/edge/rest-api.ts';

import { restReads } from '#lib/wiring/rest-reads.ts';
import * as timeline from '#lib/wiring/timeline.ts';

export const handler = restReads(() => {
  const issue = timeline.evidence();
  const verify = timeline.verify();
  return {
    'GET /v1/keys/{key}/evidence': route(
      GetEvidence,
      async ({ teamId, key, query }) => evidenceView(await issue({ teamId, key, ...query })),
      (answer) => timeline.page(bundleIn(answer)),
    ),
    'GET /v1/timeline/verification': route(VerifyTimeline, async ({ teamId, query }) =>
      verificationView(await verify({ teamId, ...query })),
    ),
  };
});
