/** GET /v1/timeline: all that happened, newest first. */
import { listPage } from '#lib/contracts/cursor.ts';
import { entryView, ListTimeline } from '#lib/contracts/lockouts.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { timelineStore } from '#lib/store/timeline.ts';

export const handler = endpoint(ListTimeline, () => listPage({ prefix: 'ENTRY#', list: timelineStore().listEntries, view: entryView }));
