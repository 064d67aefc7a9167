/** SES reports a mail that was not delivered: its recipient is marked, and the others are told. */
import { MailTrouble } from '#lib/contracts/mail-events.ts';
import { listener } from '#lib/edge/listener.ts';
import { onMailTrouble } from '#lib/wiring/contacts.ts';

export const handler = listener(() => {
  const record = onMailTrouble();
  return ({ detail }) => record(MailTrouble().parse(detail));
});
