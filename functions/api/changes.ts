/**
 * Changes that write the table and publish events. They are one function, so that a client that creates an app,
 * attaches a database and sets its maintenance waits for one cold start; none may use KMS, a bucket or a server.
 */
import { appView, ChangeApp, CreateApp, CreateSpace, DestroyApp } from '#lib/contracts/apps.ts';
import { AttachDatabase, attachmentView, DetachDatabase } from '#lib/contracts/attachments.ts';
import { databaseView } from '#lib/contracts/databases.ts';
import { RemoveDrillSchedule } from '#lib/contracts/drill-schedules.ts';
import { AbortDrill, drillView } from '#lib/contracts/drills.ts';
import {
  maintenanceView,
  RunMaintenance,
  ScheduleMaintenance,
  SetMaintenanceWindow,
} from '#lib/contracts/operating.ts';
import { route, withView } from '#lib/edge/rest-api.ts';
import * as apps from '#lib/wiring/apps.ts';
import * as databases from '#lib/wiring/databases.ts';
import * as drills from '#lib/wiring/drills.ts';
import { restApi } from '#lib/wiring/rest-api.ts';

export const handler = restApi(() => ({
  ...appRoutes(),
  ...attachmentRoutes(),
  ...maintenanceRoutes(),
  ...drillRoutes(),
}));

function appRoutes() {
  const create = apps.create();
  const unconfirmed = apps.unconfirmed();
  return {
    'POST /v1/spaces': route(CreateSpace, apps.addSpace()),
    'POST /v1/apps': route(CreateApp, async (request) => {
      const app = await create(request);
      return appView(app, await unconfirmed(request.teamId, app.admins));
    }),
    'PATCH /v1/apps/{app}': route(ChangeApp, withView(apps.change(), appView)),
    'DELETE /v1/apps/{app}': route(DestroyApp, apps.destroy()),
  };
}

function attachmentRoutes() {
  const attach = databases.attach();
  const detach = databases.detach();
  return {
    'POST /v1/apps/{app}/attachments': route(AttachDatabase, async (request) => {
      const { database, attachment } = await attach(request);
      return attachmentView(database, attachment);
    }),
    'DELETE /v1/apps/{app}/attachments/{attachment}': route(DetachDatabase, async ({ attachment: name, ...request }) =>
      databaseView(await detach({ ...request, name })),
    ),
  };
}

function maintenanceRoutes() {
  const schedule = databases.scheduleWork();
  return {
    'PATCH /v1/databases/{database}/maintenance': route(
      SetMaintenanceWindow,
      withView(databases.setWindow(), maintenanceView),
    ),
    'POST /v1/databases/{database}/maintenance/schedule': route(ScheduleMaintenance, async (request) =>
      maintenanceView((await schedule(request)).database),
    ),
    'POST /v1/databases/{database}/maintenance/runs': route(
      RunMaintenance,
      withView(databases.runWork(), maintenanceView),
    ),
  };
}

function drillRoutes() {
  return {
    'POST /v1/drills/{drill}/abort': route(AbortDrill, withView(drills.abort(), drillView)),
    'DELETE /v1/keys/{key}/drill-schedule': route(RemoveDrillSchedule, drills.removeSchedule()),
  };
}
