/** What issuing evidence touches in a deployment. */
import { evidenceSigner } from '#lib/aws/kms-signer.ts';
import { now } from '#lib/clock.ts';
import { keyStore } from '#lib/store/keys.ts';
import { timelineStore } from '#lib/store/timeline.ts';
import { issueEvidence } from './issue.ts';

export const evidenceIssuer = () => ({ issue: issueEvidence({ ...keyStore(), ...timelineStore(), ...evidenceSigner(), now }) });
