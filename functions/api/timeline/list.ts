/** GET /v1/timeline: all that happened, newest first. */
import { entryView, ListTimeline } from '#lib/contracts/timeline.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { timelineStore } from '#lib/store/timeline.ts';
import { listTimeline } from '#lib/timeline/list.ts';

export const handler = endpoint(ListTimeline, () => {
  const list = listTimeline({ ...timelineStore(), ...databaseStore() });
  return async ({ teamId, query }) => {
    const { items, cursor } = await list({ teamId, ...query });
    return { items: items.map(entryView), cursor };
  };
});
