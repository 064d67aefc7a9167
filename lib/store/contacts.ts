/** Reads the contacts of keys. */

import type { Contact } from '#lib/model/contact.ts';
import { teamPartition } from '#lib/model/items/address.ts';
import { contactPointer, contactPrefix, contactRow } from '#lib/model/items/contacts.ts';
import type { KeyRef } from '#lib/model/key.ts';
import type { ContactStore } from '#lib/model/stores.ts';
import { deployedTable, readRange, readRow, type Table } from './table.ts';

export const contactStore = (table: Table = deployedTable): ContactStore => ({
  listContacts: (teamId, keyId, query) =>
    readRange(table, { ...query, pk: teamPartition(teamId), prefix: contactPrefix(keyId) }),
  contactById: async (id) => {
    const place = await readRow<KeyRef>(table, contactPointer(id));
    return place && (await readRow<Contact>(table, contactRow({ ...place, id })));
  },
});
