/** Records why the provisioning failed. */
import { FailureInput } from '#lib/contracts/machines.ts';
import { markFailed } from '#lib/databases/remove.ts';
import { task } from '#lib/edge/task.ts';
import { stepping } from '#lib/wiring/databases.ts';

export const handler = task(FailureInput, () => markFailed(stepping()));
