/** The follower follows nobody any more. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { makeLeader } from '#lib/databases/promote-steps.ts';
import { task } from '#lib/edge/task.ts';
import { promoting } from '#lib/wiring/promotions.ts';

export const handler = task(DatabaseInput, () => makeLeader(promoting()));
