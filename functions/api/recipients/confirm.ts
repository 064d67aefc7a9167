/** POST /v1/recipients/{recipient}/confirmation: an address agrees to get mails. */

import { ConfirmRecipient, recipientView } from '#lib/contracts/recipients.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { now } from '#lib/model/clock.ts';
import { confirmRecipient } from '#lib/notifications/confirm.ts';
import { recipientStore } from '#lib/store/recipients.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = endpoint(ConfirmRecipient, () => {
  const confirm = confirmRecipient({ ...recipientStore(), ...recorder(), now });
  return async (request) => recipientView(await confirm(request));
});
