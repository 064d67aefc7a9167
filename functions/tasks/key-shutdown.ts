/**
 * The steps of a shutdown that decide: each observes the key, and none reaches a server. They are one function with a
 * reservation of its own, so that the batches of a large lockout cannot delay another lockout's decision.
 */
import { LockoutInput } from '#lib/contracts/machines.ts';
import { step, task } from '#lib/edge/task.ts';
import * as lockouts from '#lib/wiring/lockouts.ts';

export const handler = task(() => {
  const advance = lockouts.advance();
  return {
    'Confirm the lockout': step(LockoutInput, lockouts.confirm()),
    'Advance past services': step(LockoutInput, (input) => advance({ ...input, from: 'stopping_services' })),
    'Advance past servers': step(LockoutInput, (input) => advance({ ...input, from: 'stopping_servers' })),
  };
});
