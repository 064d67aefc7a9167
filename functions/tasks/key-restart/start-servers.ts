/** Starts the servers of one batch. */
import { BatchInput } from '#lib/contracts/machines.ts';
import { task } from '#lib/edge/task.ts';
import { driveBatch } from '#lib/lockouts/batch.ts';
import { lockoutBatches } from '#lib/wiring/lockouts.ts';

export const handler = task(BatchInput, () => driveBatch(lockoutBatches(), 'start-servers'));
