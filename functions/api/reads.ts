/**
 * Reads of the table alone. They are one function, so that a client that lists its keys, opens a key, its lockout, its
 * timeline and its databases waits for one cold start; none of them may use KMS, a bucket or a server.
 */
import { appView, GetApp, ListApps, ListReleases, ListSpaces } from '#lib/contracts/apps.ts';
import { backupView, GetBackup, ListBackups } from '#lib/contracts/backups.ts';
import { contactView, ListContacts } from '#lib/contracts/contacts.ts';
import { databaseView, ListDatabases } from '#lib/contracts/databases.ts';
import { drillScheduleView, GetDrillSchedule } from '#lib/contracts/drill-schedules.ts';
import { drillReportView, drillView, GetDrill, ListDrills } from '#lib/contracts/drills.ts';
import { GetKeySettings, keySettingsView } from '#lib/contracts/key-settings.ts';
import { GetKey, keyView, ListKeys } from '#lib/contracts/keys.ts';
import { GetLockout, ListLockouts, lockoutDetailView, lockoutView } from '#lib/contracts/lockouts.ts';
import { GetMaintenance, maintenanceView, ReadSettings, settingsView } from '#lib/contracts/operating.ts';
import { GetKeyReadiness, readinessView } from '#lib/contracts/readiness.ts';
import { appRecipientView, ListRecipients } from '#lib/contracts/recipients.ts';
import { entryView, ListKeyTimeline, ListTimeline } from '#lib/contracts/timeline.ts';
import { ListTokens, tokenView } from '#lib/contracts/tokens.ts';
import { deliveryView, ListDeliveries } from '#lib/contracts/webhook-deliveries.ts';
import { GetWebhook, ListWebhooks, webhookView } from '#lib/contracts/webhooks.ts';
import { route, withView } from '#lib/edge/rest-api.ts';
import { now } from '#lib/model/clock.ts';
import { listPage } from '#lib/model/cursor.ts';
import { contactPrefix } from '#lib/model/items/contacts.ts';
import type { Key } from '#lib/model/key.ts';
import { readinessOf } from '#lib/model/readiness/readiness.ts';
import { holdsScope } from '#lib/model/team.ts';
import * as apps from '#lib/wiring/apps.ts';
import * as backups from '#lib/wiring/backups.ts';
import * as contacts from '#lib/wiring/contacts.ts';
import * as databases from '#lib/wiring/databases.ts';
import * as drills from '#lib/wiring/drills.ts';
import * as keys from '#lib/wiring/keys.ts';
import * as lockouts from '#lib/wiring/lockouts.ts';
import { restReads } from '#lib/wiring/rest-reads.ts';
import * as teams from '#lib/wiring/teams.ts';
import * as timeline from '#lib/wiring/timeline.ts';
import * as webhooks from '#lib/wiring/webhooks.ts';

export const handler = restReads(() => ({
  ...keyRoutes(),
  ...databaseRoutes(),
  ...drillRoutes(),
  ...appRoutes(),
  ...webhookRoutes(),
  'GET /v1/recipients': route(
    ListRecipients,
    listPage({ prefix: 'rcp_', list: teams.listMailRecipients(), view: appRecipientView }),
  ),
  'GET /v1/tokens': route(ListTokens, listPage({ prefix: 'TOKEN#', list: teams.listTokens(), view: tokenView })),
}));

const shownKey = (key: Key) => keyView(key, now());

function keyRoutes() {
  const page = listPage({ prefix: 'KEY#', list: keys.list(), view: shownKey });
  const byArn = keys.findByArn();
  const key = keys.get();
  const lockout = lockouts.get();
  const contactsOf = contacts.list();
  const entries = timeline.list();
  const shown = ({ items, cursor }: Awaited<ReturnType<typeof entries>>) => ({ items: items.map(entryView), cursor });
  return {
    'GET /v1/keys': route(ListKeys, async ({ arn, ...request }) =>
      arn === undefined ? page(request) : { items: (await byArn(request.teamId, arn)).map(shownKey), cursor: null },
    ),
    'GET /v1/keys/{key}': route(GetKey, async ({ teamId, key: id }) => shownKey(await key(teamId, id))),
    'GET /v1/keys/{key}/settings': route(GetKeySettings, async ({ teamId, key: id }) =>
      keySettingsView(await key(teamId, id)),
    ),
    'GET /v1/keys/{key}/readiness': route(GetKeyReadiness, async ({ teamId, key: id }) =>
      readinessView(readinessOf(await key(teamId, id), now())),
    ),
    'GET /v1/keys/{key}/contacts': route(ListContacts, async (request) =>
      listPage({
        prefix: contactPrefix(request.key),
        list: (teamId, query) => contactsOf(teamId, request.key, query),
        view: contactView,
      })(request),
    ),
    'GET /v1/keys/{key}/timeline': route(ListKeyTimeline, async ({ teamId, key: id, query }) =>
      shown(await entries({ teamId, ...query, key: (await key(teamId, id)).id })),
    ),
    'GET /v1/timeline': route(ListTimeline, async ({ teamId, query }) => shown(await entries({ teamId, ...query }))),
    'GET /v1/lockouts': route(ListLockouts, listPage({ prefix: 'LOCKOUT#', list: lockouts.list(), view: lockoutView })),
    'GET /v1/lockouts/{lockout}': route(GetLockout, async ({ teamId, lockout: id, caller }) =>
      lockoutDetailView(await lockout(teamId, id), caller),
    ),
  };
}

function databaseRoutes() {
  const database = databases.get();
  const ofDatabase = backups.list();
  return {
    'GET /v1/databases': route(ListDatabases, listPage({ prefix: 'DB#', list: databases.list(), view: databaseView })),
    'GET /v1/databases/{database}/settings': route(ReadSettings, async ({ teamId, database: nameOrId }) =>
      settingsView(await database(teamId, nameOrId)),
    ),
    'GET /v1/databases/{database}/maintenance': route(GetMaintenance, async ({ teamId, database: nameOrId }) =>
      maintenanceView(await database(teamId, nameOrId)),
    ),
    'GET /v1/databases/{database}/backups': route(ListBackups, async (request) => {
      const { items, cursor } = await ofDatabase(request);
      return { items: items.map(backupView), cursor };
    }),
    'GET /v1/databases/{database}/backups/{backup}': route(GetBackup, withView(backups.get(), backupView)),
  };
}

function drillRoutes() {
  const list = drills.list();
  const report = drills.get();
  return {
    'GET /v1/drills': route(ListDrills, async ({ key, ...request }) =>
      listPage({ prefix: 'DRILL#', list: (teamId, query) => list(teamId, key, query), view: drillView })(request),
    ),
    'GET /v1/drills/{drill}': route(GetDrill, async ({ teamId, drill, caller }) =>
      drillReportView(await report(teamId, drill), holdsScope(caller?.scopes ?? [], 'write')),
    ),
    'GET /v1/keys/{key}/drill-schedule': route(GetDrillSchedule, withView(drills.schedule(), drillScheduleView)),
  };
}

function appRoutes() {
  const app = apps.get();
  const unconfirmed = apps.unconfirmed();
  const releases = apps.listReleases();
  return {
    'GET /v1/spaces': route(
      ListSpaces,
      listPage({ prefix: 'SPACE#', list: apps.listSpaces(), view: (space) => space }),
    ),
    'GET /v1/apps': route(ListApps, listPage({ prefix: 'APP#', list: apps.list(), view: appView })),
    'GET /v1/apps/{app}': route(GetApp, async ({ teamId, app: nameOrId }) => {
      const found = await app(teamId, nameOrId);
      return appView(found, await unconfirmed(teamId, found.admins));
    }),
    'GET /v1/apps/{app}/releases': route(ListReleases, async (request) => {
      const { id } = await app(request.teamId, request.app);
      return listPage({
        prefix: `RELEASE#${id}#`,
        list: (teamId, query) => releases(teamId, id, query),
        view: (release) => release,
      })(request);
    }),
  };
}

function webhookRoutes() {
  const webhook = webhooks.get();
  const deliveries = webhooks.deliveries();
  return {
    'GET /v1/webhooks': route(ListWebhooks, listPage({ prefix: 'WEBHOOK#', list: webhooks.list(), view: webhookView })),
    'GET /v1/webhooks/{webhook}': route(GetWebhook, async ({ teamId, webhook: id }) =>
      webhookView(await webhook(teamId, id)),
    ),
    'GET /v1/webhooks/{webhook}/deliveries': route(ListDeliveries, async (request) => {
      const { id } = await webhook(request.teamId, request.webhook);
      return listPage({
        prefix: `DELIVERY#${id}#`,
        list: (teamId, query) => deliveries(teamId, id, query),
        view: deliveryView,
      })(request);
    }),
  };
}
