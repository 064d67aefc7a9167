/**
 * Echoes of checks, and when news came, on the row that names a key's owner: the sweep reads it anyway, and no change
 * of the key itself is in its way. Each step of an echo is one write that holds only where the one before it left
 * off, so a doubled, late or made-up one changes nothing.
 */

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { AwaitedProof } from '#lib/model/delivery-proof.ts';
import { ownerRow } from '#lib/model/items/keys.ts';
import type { DeliveryProofStore } from '#lib/model/stores.ts';
import { conditionally } from './conflict.ts';
import { documents, tableName } from './table.ts';

export const deliveryProofStore = (): DeliveryProofStore => ({
  /** False while another is awaited, and for a key that was forgotten. */
  proofAwaited: (arn: string, { requestId, since }: AwaitedProof): Promise<boolean> =>
    changed(arn, {
      UpdateExpression: 'SET awaitedRequest = :request, awaitedSince = :since',
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(awaitedRequest)',
      ExpressionAttributeValues: { ':request': requestId, ':since': since },
    }),

  /** False unless it is the one that is awaited. */
  proofArrived: (arn: string, requestId: string): Promise<boolean> =>
    changed(arn, {
      ...ifAwaited(requestId),
      UpdateExpression: 'SET provenAt = awaitedSince REMOVE awaitedRequest, awaitedSince',
    }),

  /** False when it came after all. */
  proofMissed: (arn: string, requestId: string): Promise<boolean> =>
    changed(arn, { ...ifAwaited(requestId), UpdateExpression: 'REMOVE provenAt, awaitedRequest, awaitedSince' }),

  /** False for a key that was forgotten. */
  newsArrived: (arn: string, at: Date): Promise<boolean> =>
    changed(arn, {
      UpdateExpression: 'SET newsAt = :at',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':at': at.toISOString() },
    }),
});

const ifAwaited = (requestId: string) => ({
  ConditionExpression: 'awaitedRequest = :request',
  ExpressionAttributeValues: { ':request': requestId },
});

interface Step {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues: Record<string, string>;
}

const changed = (arn: string, step: Step): Promise<boolean> =>
  conditionally(() => documents().send(new UpdateCommand({ TableName: tableName(), Key: ownerRow(arn), ...step })));
