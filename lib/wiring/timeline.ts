/** The operations of the timeline and its evidence, joined with a deployment's table, bucket and signing key. */
import { checkpointObjects } from '#lib/aws/checkpoints.ts';
import { evidenceSigner } from '#lib/aws/kms-signer.ts';
import { issueEvidence } from '#lib/evidence/issue.ts';
import { evidencePage } from '#lib/evidence/page/page.ts';
import { now } from '#lib/model/clock.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { timelineStore } from '#lib/store/timeline.ts';
import { checkTimeline } from '#lib/timeline/check.ts';
import { sealAll } from '#lib/timeline/checkpoint.ts';
import { listTimeline } from '#lib/timeline/list.ts';

export const list = () => listTimeline({ ...timelineStore(), ...databaseStore() });
export const verify = () => checkTimeline({ ...timelineStore(), ...lockoutStore(), ...checkpointObjects() });
export const seal = () => sealAll({ ...timelineStore(), ...checkpointObjects(), ...evidenceSigner(), now });

/** The page of a bundle, as HTML. */
export const page = evidencePage;

export const evidence = () =>
  issueEvidence({
    ...keyStore(),
    ...lockoutStore(),
    ...timelineStore(),
    ...checkpointObjects(),
    ...evidenceSigner(),
    now,
  });
