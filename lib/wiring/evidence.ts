/** What issuing evidence touches in a deployment. */
import { checkpointObjects } from '#lib/aws/checkpoints.ts';
import { evidenceSigner } from '#lib/aws/kms-signer.ts';
import { issueEvidence } from '#lib/evidence/issue.ts';
import { now } from '#lib/model/clock.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { timelineStore } from '#lib/store/timeline.ts';

export const evidenceIssuer = () => ({
  issue: issueEvidence({
    ...keyStore(),
    ...lockoutStore(),
    ...timelineStore(),
    ...checkpointObjects(),
    ...evidenceSigner(),
    now,
  }),
});
