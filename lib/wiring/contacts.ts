/** The operations of contacts, joined with a deployment's table. */
import { mailConfig } from '#lib/config.ts';
import { now } from '#lib/model/clock.ts';
import { senderAddress } from '#lib/model/contact.ts';
import { type TroubleReport, unreachedMail } from '#lib/model/mail-trouble.ts';
import { recordBounce } from '#lib/notifications/bounced.ts';
import { confirmContact } from '#lib/notifications/confirm.ts';
import { addContact, listContacts, removeContact } from '#lib/notifications/contacts.ts';
import { contactStore } from '#lib/store/contacts.ts';
import { keyStore } from '#lib/store/keys.ts';
import { recipientReader } from '#lib/store/recipients.ts';
import { committer } from './committer.ts';

const ports = () => ({ ...keyStore(), ...contactStore(), ...recipientReader(), ...committer(), now });

export const add = () => addContact({ ...ports(), sender: () => senderAddress(mailConfig().MAIL_FROM) });
export const confirm = () => confirmContact(ports());
export const remove = () => removeContact(ports());
export const onMailTrouble = () => {
  const record = recordBounce({ ...keyStore(), ...contactStore(), ...recipientReader(), ...committer(), now });
  return async (report: TroubleReport): Promise<void> => {
    const mail = unreachedMail(report);
    if (mail) await record(mail);
  };
};
export const list = () => listContacts({ ...keyStore(), ...contactStore(), ...recipientReader() });
