/** Finds the recipients of a key's notices: the admins of the apps that use its databases, and its contacts. */
import { isReachable } from '#lib/model/contact.ts';
import { allOf } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { mailboxOf } from '#lib/model/recipient.ts';
import { type AffectedDeps, affectedByAdmin } from './affected.ts';
import { type ContactReads, statesOf } from './contacts.ts';
import type { Addressee } from './recipient-notice.ts';

export type AddresseesDeps = AffectedDeps & ContactReads & Needs<'listContacts'>;

interface NoticeKey {
  readonly teamId: string;
  readonly keyId: string;
  readonly keyArn: string;
}

/**
 * Admins first. A contact is notified of all databases on the key, once it has confirmed or needs no confirmation; a
 * mailbox that also administers an app is notified as an admin.
 */
export async function addresseesOf(
  deps: AddresseesDeps,
  { teamId, keyId, keyArn }: NoticeKey,
  includesFailed: boolean,
): Promise<Addressee[]> {
  const [byAdmin, contacts] = await Promise.all([
    affectedByAdmin(deps, { teamId, keyArn }, includesFailed),
    allOf((after) => deps.listContacts(teamId, keyId, { after, limit: 100 })),
  ]);
  const admins = [...byAdmin.by].map(([email, databases]): Addressee => ({ email, role: 'admin', databases }));
  if (contacts.length === 0) return admins;
  const mailboxes = new Set(admins.map(({ email }) => mailboxOf(email)));
  const reachable = (await statesOf(deps, teamId, contacts)).filter(
    (state) => isReachable(state) && !mailboxes.has(mailboxOf(state.contact.email)),
  );
  return [
    ...admins,
    ...reachable.map(({ contact }): Addressee => ({ email: contact.email, role: 'contact', databases: byAdmin.all })),
  ];
}

/** The contacts who need no confirmation or have confirmed, without databases. */
export async function contactsOf(
  deps: AddresseesDeps,
  { teamId, keyId }: Pick<NoticeKey, 'teamId' | 'keyId'>,
): Promise<Addressee[]> {
  const contacts = await allOf((after) => deps.listContacts(teamId, keyId, { after, limit: 100 }));
  const reachable = (await statesOf(deps, teamId, contacts)).filter(isReachable);
  return reachable.map(({ contact: { email } }) => ({ email, role: 'contact', databases: [] }));
}
