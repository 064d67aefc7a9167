/** Adds, lists and removes the contacts of a key. */

import { retryOnConflict } from '#lib/model/conflict.ts';
import { type Contact, type ContactState, contactId, contactStates, isReachable } from '#lib/model/contact.ts';
import { contactAdded, contactRemoved } from '#lib/model/items/contacts.ts';
import type { OutboxMessage } from '#lib/model/outbox-message.ts';
import type { ListQuery, Page } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { invalidValue, notFound } from '#lib/model/problem.ts';
import { mailboxOf } from '#lib/model/recipient.ts';
import type { TeamRequest } from '#lib/model/request.ts';
import { requireKey } from '#lib/model/require.ts';

export type ContactReads = Needs<'recipientsOf' | 'mailDomainsOf'>;

/** The states of a team's contacts. */
export async function statesOf(
  deps: ContactReads,
  teamId: string,
  contacts: readonly Contact[],
): Promise<ContactState[]> {
  const emails = contacts.map(({ email }) => email);
  const [domains, recipients] = await Promise.all([deps.mailDomainsOf(teamId), deps.recipientsOf(teamId, emails)]);
  return contactStates(contacts, recipients, domains?.domains ?? []);
}

export type AddContactDeps = ContactReads &
  Needs<'keyById' | 'contactById' | 'commit' | 'now'> & {
    /** The address that Latchkey's mails come from. */
    readonly sender: () => string;
  };

interface AddRequest extends TeamRequest {
  /** The key's id. */
  readonly key: string;
  readonly email: string;
}

/**
 * Idempotent: a mailbox that is a contact already is returned. A new contact whose address is neither in the team's
 * mail domains nor confirmed gets one mail to confirm it; a contact whose mails bounced gets it again. Throws
 * `not_found`; `quota_exceeded` at the most contacts of a key; and `invalid_request` for Latchkey's own address, whose
 * replies would answer each other.
 */
export const addContact =
  (deps: AddContactDeps) =>
  ({ teamId, actor, key: keyId, email }: AddRequest): Promise<ContactState> =>
    retryOnConflict(async () => {
      assertForeign(email, deps.sender());
      const { arn } = await requireKey(deps)(teamId, keyId);
      const at = deps.now();
      const id = contactId(teamId, keyId, email);
      const known = await deps.contactById(id);
      const contact: Contact = known ?? { id, teamId, keyId, email, createdAt: at.toISOString(), version: 1 };
      const [state = { contact, isOwn: false, recipient: null }] = await statesOf(deps, teamId, [contact]);
      const effects = needsConfirmation(state, known) ? [confirmationOf(contact, at)] : [];
      const subject = { keyId };
      if (!known)
        await deps.commit({
          teamId,
          at,
          changes: contactAdded(contact),
          entries: [{ type: 'ContactAdded', actor, subject, data: { arn, contact: id, email } }],
          effects,
        });
      else if (effects.length > 0) await deps.commit({ teamId, at, changes: [], effects });
      return state;
    });

function assertForeign(email: string, sender: string): void {
  if (mailboxOf(email) !== mailboxOf(sender)) return;
  throw invalidValue(
    '/email',
    `${email} is the address that Latchkey's own mails come from.`,
    'Use an address of a person or of a team',
  );
}

/** A known contact gets another request only after a bounce. */
const needsConfirmation = (state: ContactState, known: Contact | null): boolean =>
  !isReachable(state) && (known === null || Boolean(state.recipient?.bouncedAt));

/** Each request has its own place, so that a repeated request sends a mail again. */
const confirmationOf = ({ teamId, keyId, id, email }: Contact, at: Date): OutboxMessage => ({
  kind: 'notice',
  notice: { teamId, keyId, fact: 'contact_added', about: `${id}#${at.toISOString()}`, email },
});

/** A page of the key's contacts, in the order of their ids. Throws `not_found` for an unknown key. */
export const listContacts =
  (deps: ContactReads & Needs<'keyById' | 'listContacts'>) =>
  async (teamId: string, keyId: string, query: ListQuery): Promise<Page<ContactState>> => {
    await requireKey(deps)(teamId, keyId);
    const { items, cursor } = await deps.listContacts(teamId, keyId, query);
    return { items: await statesOf(deps, teamId, items), cursor };
  };

/** Throws `not_found`, also for a contact of another team. */
export const removeContact =
  (deps: Needs<'contactById' | 'keyById' | 'commit' | 'now'>) =>
  ({ teamId, actor, contact: id }: TeamRequest & { contact: string }): Promise<void> =>
    retryOnConflict(async () => {
      const contact = await deps.contactById(id);
      if (contact?.teamId !== teamId) throw notFound('contact', id);
      const { keyId, email } = contact;
      const key = await requireKey(deps)(teamId, keyId);
      await deps.commit({
        teamId,
        at: deps.now(),
        changes: contactRemoved(contact),
        entries: [{ type: 'ContactRemoved', actor, subject: { keyId }, data: { arn: key.arn, contact: id, email } }],
      });
    });
