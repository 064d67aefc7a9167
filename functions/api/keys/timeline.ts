/** GET /v1/keys/{key}/timeline: what happened to a key and all that is on it. */
import { entryView, ListKeyTimeline } from '#lib/contracts/timeline.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { keyOf } from '#lib/keys/find.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';
import { timelineStore } from '#lib/store/timeline.ts';
import { listTimeline } from '#lib/timeline/list.ts';

export const handler = endpoint(ListKeyTimeline, () => {
  const list = listTimeline({ ...timelineStore(), ...databaseStore() });
  return async ({ teamId, key, query }) => {
    const { id } = await keyOf(keyStore())(teamId, key);
    const { items, cursor } = await list({ teamId, ...query, key: id });
    return { items: items.map(entryView), cursor };
  };
});
