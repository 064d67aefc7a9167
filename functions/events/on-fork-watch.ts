/** Every minute: followers, promotions, drills and their schedules are looked after. */
import { listener } from '#lib/edge/listener.ts';
import { watchFollowers } from '#lib/wiring/databases.ts';
import * as drills from '#lib/wiring/drills.ts';

export const handler = listener(() => {
  const followers = watchFollowers();
  const watch = drills.watch();
  const schedules = drills.watchSchedules();
  return async () => void (await Promise.all([followers(), watch(), schedules()]));
});
