/** The platform's certificate authority: one row of the deployment, written once. */

import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Address } from '#lib/model/items/address.ts';
import type { CertificateStore } from '#lib/model/stores.ts';
import { absent } from './change.ts';
import { conditionally } from './conflict.ts';
import { documents, readRow, tableName } from './table.ts';

const authorityRow: Address = { pk: 'CERTIFICATE_AUTHORITY', sk: 'CERTIFICATE_AUTHORITY' };

export const certificateStore = (): CertificateStore => ({
  findAuthority: () => readRow(authorityRow),
  keepAuthority: (authority) => {
    const Item = { ...authorityRow, ...authority };
    return conditionally(() => documents().send(new PutCommand({ TableName: tableName(), Item, ...absent })));
  },
});
