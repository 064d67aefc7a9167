/** Records why the provisioning failed. */
import { FailureInput } from '#lib/contracts/machines.ts';
import { stepping } from '#lib/databases/assembly.ts';
import { markFailed } from '#lib/databases/remove.ts';
import { task } from '#lib/edge/task.ts';

export const handler = task(FailureInput, () => markFailed(stepping()));
