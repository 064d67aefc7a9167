/** Items of contacts: one below the team in the order of the keys, and one by the contact's id for its confirmation. */
import { type Contact, maxContacts } from '#lib/model/contact.ts';
import type { KeyRef } from '#lib/model/key.ts';
import { Problem } from '#lib/model/problem.ts';
import { type Address, inTeam } from './address.ts';
import { type Change, created, removed } from './change.ts';
import { keyRow } from './keys.ts';

export const contactPrefix = (keyId: string): string => `CONTACT#${keyId}#`;
export const contactRow = ({ teamId, keyId, id }: Pick<Contact, 'teamId' | 'keyId' | 'id'>) =>
  inTeam(teamId, `${contactPrefix(keyId)}${id}`);
export const contactPointer = (id: string): Address => ({ pk: `CONTACT#${id}`, sk: 'CONTACT' });

const countRow = ({ teamId, keyId }: KeyRef) => inTeam(teamId, `CONTACTS#${keyId}`);
const counted = (contact: Contact, by: number): Change => ({
  kind: 'tally',
  address: countRow(contact),
  by,
  most: maxContacts,
  otherwise: new Problem(
    'quota_exceeded',
    `The key has ${maxContacts} contacts, the most that a key may have. Remove a contact, or add a mailing list.`,
    { quota: 'contacts' },
  ),
});

/** Fails with `version_mismatch` if the key or the contact's absence changed since they were read. */
export const contactAdded = (contact: Contact): Change[] => [
  { kind: 'expect', address: keyRow(contact.teamId, contact.keyId), attribute: 'id', value: contact.keyId },
  created(contactRow(contact), contact),
  created(contactPointer(contact.id), { teamId: contact.teamId, keyId: contact.keyId }),
  counted(contact, 1),
];

export const contactRemoved = (contact: Contact): Change[] => [
  { kind: 'remove', row: contactRow(contact), present: true },
  removed(contactPointer(contact.id)),
  counted(contact, -1),
];

/** Removes the contacts of a key that the team holds no longer. */
export const contactsForgotten = (key: KeyRef, contacts: readonly Contact[]): Change[] =>
  contacts.length === 0
    ? []
    : [
        ...contacts.flatMap((contact): Change[] => [removed(contactRow(contact)), removed(contactPointer(contact.id))]),
        removed(countRow(key)),
      ];
