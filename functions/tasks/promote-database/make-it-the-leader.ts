/** The follower follows nobody any more. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { promoting } from '#lib/databases/promote-assembly.ts';
import { makeLeader } from '#lib/databases/promote-steps.ts';
import { task } from '#lib/edge/task.ts';

export const handler = task(DatabaseInput, () => makeLeader(promoting()));
