/** Once a day: a visit to every database begins, under the day's own name, and every team's timeline is sealed. */
import { listener } from '#lib/edge/listener.ts';
import { beginDailyVisits } from '#lib/wiring/backups.ts';
import { seal } from '#lib/wiring/timeline.ts';

export const handler = listener(() => {
  const begin = beginDailyVisits();
  const sealTimelines = seal();
  return async (event) => {
    await begin(event);
    await sealTimelines();
  };
});
