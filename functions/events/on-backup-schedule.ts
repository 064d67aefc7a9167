/** Once a day: a visit to every database begins, under the day's own name. */
import { workflows } from '#lib/aws/workflows.ts';
import { beginVisits } from '#lib/backups/visit.ts';
import { listener } from '#lib/edge/listener.ts';

export const handler = listener(() => beginVisits(workflows()));
