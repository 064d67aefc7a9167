/** What the steps of a promotion touch in a deployment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { restarter } from '#lib/apps/assembly.ts';
import { rotating } from './assembly.ts';
import type { PromotionDeps } from './promote-steps.ts';

export const promoting = (): PromotionDeps => ({
  ...rotating(),
  ...restarter(),
  pause: (milliseconds) => sleep(milliseconds),
});
