/**
 * What reads and changes a running database: the CLI's `redis:*` commands, plans, and attachments, of which one
 * promotes a database. They are one function, the only one of this API that sends commands to servers or decrypts a
 * password.
 */

import { AddonChange, ConfigChange, NewAttachment } from '#lib/heroku/requests.ts';
import { actionRoute, readRoute, writeRoute } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => ({ ...redisRoutes(), ...addonRoutes() }));

function redisRoutes() {
  const databases = heroku.databases();
  const actions = heroku.databaseActions();
  return {
    'GET /redis/v0/databases/{database}': actionRoute(databases.get),
    'GET /redis/v0/databases/{database}/wait': readRoute(databases.wait),
    'GET /redis/v0/databases/{database}/maintenance': readRoute(heroku.maintenanceMessage()),
    'POST /redis/v0/databases/{database}/credentials_rotation': actionRoute(actions.rotate),
    'PATCH /redis/v0/databases/{database}/config': writeRoute(ConfigChange, actions.configure),
    'POST /redis/v0/databases/{database}/stats/reset': actionRoute(actions.resetStatistics),
    'POST /redis/v0/databases/{database}/upgrade': actionRoute(actions.rejectUpgrade),
  };
}

function addonRoutes() {
  const addons = heroku.addonChanges();
  const attachments = heroku.attachmentChanges();
  return {
    'PATCH /apps/{app}/addons/{addon}': writeRoute(AddonChange, addons.change),
    'POST /addon-attachments': writeRoute(NewAttachment, attachments.create),
    'DELETE /addon-attachments/{attachment}': actionRoute(attachments.remove),
  };
}
