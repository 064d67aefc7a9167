/**
 * Creates, changes, destroys, attaches and detaches add-ons. They are one function: they probe the customer's key or
 * send commands to servers, and decrypt nothing.
 */

import { AddonChange, NewAddon, NewAttachment } from '#lib/heroku/requests.ts';
import { actionRoute, writeRoute } from '#lib/heroku/route.ts';
import * as heroku from '#lib/wiring/heroku.ts';
import { herokuApi } from '#lib/wiring/heroku-api.ts';

export const handler = herokuApi(() => {
  const addons = heroku.addonChanges();
  const attachments = heroku.attachmentChanges();
  return {
    'POST /apps/{app}/addons': writeRoute(NewAddon, addons.create),
    'PATCH /apps/{app}/addons/{addon}': writeRoute(AddonChange, addons.change),
    'DELETE /apps/{app}/addons/{addon}': actionRoute(addons.destroy),
    'POST /addon-attachments': writeRoute(NewAttachment, attachments.create),
    'DELETE /addon-attachments/{attachment}': actionRoute(attachments.remove),
  };
});
