/**
 * The steps of a restart that start the servers and the services of one batch. They are one function, apart from the
 * shutdown's: it may start servers and can stop none.
 */
import { BatchInput } from '#lib/contracts/machines.ts';
import { step, task } from '#lib/edge/task.ts';
import * as lockouts from '#lib/wiring/lockouts.ts';

export const handler = task(() => ({
  'Start servers': step(BatchInput, lockouts.batch('start-servers')),
  'Start services': step(BatchInput, lockouts.batch('start-services')),
}));
