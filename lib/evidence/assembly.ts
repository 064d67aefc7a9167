/** What issuing evidence touches in a deployment. */
import { checkpointObjects } from '#lib/aws/checkpoints.ts';
import { evidenceSigner } from '#lib/aws/kms-signer.ts';
import { now } from '#lib/model/clock.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { timelineStore } from '#lib/store/timeline.ts';
import { issueEvidence } from './issue.ts';

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
