/**
 * The steps of a shutdown that stop the services and the servers of one batch. They are one function, apart from the
 * restart's: it may stop servers and can start none.
 */
import { BatchInput } from '#lib/contracts/machines.ts';
import { step, task } from '#lib/edge/task.ts';
import * as lockouts from '#lib/wiring/lockouts.ts';

export const handler = task(() => ({
  'Stop services': step(BatchInput, lockouts.batch('stop-services')),
  'Stop servers': step(BatchInput, lockouts.batch('stop-servers')),
}));
