/** The platform's certificate authority: one row of the deployment, written once. */

import type { Address } from '#lib/model/items/address.ts';
import type { CertificateStore } from '#lib/model/stores.ts';
import { absent } from './change.ts';
import { deployedTable, readRow, type Table } from './table.ts';
import { conditionally, putItem } from './writes.ts';

const authorityRow: Address = { pk: 'CERTIFICATE_AUTHORITY', sk: 'CERTIFICATE_AUTHORITY' };

export const certificateStore = (table: Table = deployedTable): CertificateStore => ({
  findAuthority: () => readRow(table, authorityRow),
  keepAuthority: (authority) => conditionally(putItem(table, { Item: { ...authorityRow, ...authority }, ...absent })),
});
