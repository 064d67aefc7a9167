/** A fork follows its leader. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { followLeader } from '#lib/databases/provision.ts';
import { task } from '#lib/edge/task.ts';
import { driving } from '#lib/wiring/databases.ts';

export const handler = task(DatabaseInput, () => followLeader(driving()));
