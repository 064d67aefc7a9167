/** Confirms that the key is still unusable after the waiting period. */
import { LockoutInput } from '#lib/contracts/machines.ts';
import { task } from '#lib/edge/task.ts';
import { confirmLockout } from '#lib/lockouts/steps.ts';
import { lockoutSteps } from '#lib/wiring/lockouts.ts';

export const handler = task(LockoutInput, () => confirmLockout(lockoutSteps()));
