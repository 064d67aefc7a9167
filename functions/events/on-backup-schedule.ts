/** Once a day: a visit to every database begins, under the day's own name, and every team's timeline is sealed. */
import { checkpointObjects } from '#lib/aws/checkpoints.ts';
import { evidenceSigner } from '#lib/aws/kms-signer.ts';
import { workflows } from '#lib/aws/workflows.ts';
import { beginVisits } from '#lib/backups/visit.ts';
import { listener } from '#lib/edge/listener.ts';
import { now } from '#lib/model/clock.ts';
import { timelineStore } from '#lib/store/timeline.ts';
import { sealAll } from '#lib/timeline/checkpoint.ts';

export const handler = listener(() => {
  const begin = beginVisits(workflows());
  const seal = sealAll({ ...timelineStore(), ...checkpointObjects(), ...evidenceSigner(), now });
  return async (event) => {
    await begin(event);
    await seal();
  };
});
