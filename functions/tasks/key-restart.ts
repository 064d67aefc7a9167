/**
 * The steps of a restart that decide: each observes the key, and none reaches a server. They are one function with a
 * reservation of its own, so that the batches of a large restart cannot delay another key's decision.
 */
import { LockoutInput } from '#lib/contracts/machines.ts';
import { step, task } from '#lib/edge/task.ts';
import * as lockouts from '#lib/wiring/lockouts.ts';

export const handler = task(() => {
  const advance = lockouts.advance();
  return {
    'Confirm the restart': step(LockoutInput, lockouts.confirm()),
    'Advance past servers': step(LockoutInput, (input) => advance({ ...input, from: 'starting_servers' })),
    'Advance past services': step(LockoutInput, (input) => advance({ ...input, from: 'starting_services' })),
  };
});
