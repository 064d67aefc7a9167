/** The platform's certificate authority: one row of the deployment, written once. */

import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { StoredAuthority } from '#lib/model/certificate-authority.ts';
import type { Address } from '#lib/model/items/address.ts';
import type { CertificateStore } from '#lib/model/stores.ts';
import { translated } from './errors.ts';
import { documents, readRow, tableName } from './table.ts';

const authorityRow: Address = { pk: 'CERTIFICATE_AUTHORITY', sk: 'CERTIFICATE_AUTHORITY' };

export const certificateStore = (): CertificateStore => ({
  findAuthority: (): Promise<StoredAuthority | null> => readRow<StoredAuthority>(authorityRow),
  /** False if another writer was first. */
  keepAuthority: async (authority: StoredAuthority): Promise<boolean> => {
    const Item = { ...authorityRow, ...authority };
    try {
      await translated(
        documents().send(
          new PutCommand({ TableName: tableName(), Item, ConditionExpression: 'attribute_not_exists(pk)' }),
        ),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  },
});
