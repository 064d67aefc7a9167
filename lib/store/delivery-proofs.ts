/**
 * Delivery proofs, and the times of events, on the row that names a key's owner: the sweep reads that row anyway, and
 * changes of the key do not conflict with it. Each write requires the state that the previous step left, so that a
 * duplicate, late or forged event changes nothing.
 */

import type { DeliveryProofs } from '#lib/model/delivery-proof.ts';
import { ownerRow } from '#lib/model/items/keys.ts';
import type { DeliveryProofStore } from '#lib/model/stores.ts';
import { deployedTable, readRow, type Table } from './table.ts';
import { conditionally, updateItem } from './writes.ts';

export const deliveryProofStore = (table: Table = deployedTable): DeliveryProofStore => ({
  deliveryProofsOf: (arn) => readRow<DeliveryProofs>(table, ownerRow(arn)),

  proofAwaited: (arn, { requestId, since }) =>
    changed(table, arn, {
      UpdateExpression: 'SET awaitedRequest = :request, awaitedSince = :since',
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(awaitedRequest)',
      ExpressionAttributeValues: { ':request': requestId, ':since': since },
    }),

  proofArrived: (arn, requestId, at) =>
    changed(table, arn, {
      ConditionExpression: 'awaitedRequest = :request',
      ExpressionAttributeValues: { ':request': requestId, ':at': at.toISOString() },
      UpdateExpression: 'SET provenAt = awaitedSince, arrivedAt = :at REMOVE awaitedRequest, awaitedSince',
    }),

  proofMissed: (arn, requestId) =>
    changed(table, arn, {
      ConditionExpression: 'awaitedRequest = :request',
      ExpressionAttributeValues: { ':request': requestId },
      UpdateExpression: 'REMOVE provenAt, arrivedAt, awaitedRequest, awaitedSince',
    }),

  newsArrived: (arn, at) =>
    changed(table, arn, {
      UpdateExpression: 'SET newsAt = :at',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':at': at.toISOString() },
    }),
});

interface Step {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues: Record<string, string>;
}

const changed = (table: Table, arn: string, step: Step): Promise<boolean> =>
  conditionally(updateItem(table, { Key: ownerRow(arn), ...step }));
