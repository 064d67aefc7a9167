/** All servers run: on to the services, or back. */
import { LockoutInput } from '#lib/contracts/machines.ts';
import { task } from '#lib/edge/task.ts';
import { advanceLockout } from '#lib/lockouts/steps.ts';
import { lockoutSteps } from '#lib/wiring/lockouts.ts';

export const handler = task(LockoutInput, () => {
  const advance = advanceLockout(lockoutSteps());
  return (input) => advance({ ...input, from: 'starting_servers' });
});
