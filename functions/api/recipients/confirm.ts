/** POST /v1/recipients/{recipient}/confirmation: an address agrees to get mails. */

import { ConfirmRecipient, recipientView } from '#lib/contracts/recipients.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { now } from '#lib/model/clock.ts';
import { confirmRecipient } from '#lib/notifications/confirm.ts';
import { recorder } from '#lib/outbox/record.ts';
import { recipientStore } from '#lib/store/recipients.ts';

export const handler = endpoint(ConfirmRecipient, () => {
  const confirm = confirmRecipient({ ...recipientStore(), ...recorder(), now });
  return async (request) => recipientView(await confirm(request));
});
