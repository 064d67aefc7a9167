/** What the steps of a promotion touch in a deployment. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PromotionDeps } from '#lib/databases/promote-steps.ts';
import { restarter } from './apps.ts';
import { rotating } from './databases.ts';

export const promoting = (): PromotionDeps => ({
  ...rotating(),
  ...restarter(),
  pause: (milliseconds) => sleep(milliseconds),
});
