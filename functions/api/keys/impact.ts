/** GET /v1/keys/{key}/impact: what depends on a key, before anything is touched. */
import { sweepConfig } from '#lib/config.ts';
import { GetImpact, impactView } from '#lib/contracts/impact.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { impactOf } from '#lib/keys/impact.ts';
import { unconfirmedAmong } from '#lib/notifications/unconfirmed.ts';
import { appStore } from '#lib/store/apps.ts';
import { backupStore } from '#lib/store/backups.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { recipientReader } from '#lib/store/recipients.ts';
import { watchedStore } from '#lib/store/watched.ts';
import { checking } from '#lib/wiring/keys.ts';

export const handler = endpoint(GetImpact, () => {
  const minutesWithEvents = () => sweepConfig().SWEEP_MINUTES_WITH_EVENTS;
  const stores = { ...databaseStore(), ...backupStore(), ...appStore(), ...watchedStore() };
  const impact = impactOf({
    ...checking(),
    ...stores,
    unconfirmedAmong: unconfirmedAmong(recipientReader()),
    minutesWithEvents,
  });
  return async ({ teamId, key }) => impactView(await impact({ teamId, key }));
});
