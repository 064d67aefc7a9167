/** The mails that are being sent to SES: each has a claim in the table until SES has answered. */
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { accessKey, platformAccount, region } from '#local/accounts.ts';
import type { Running } from '#test/e2e/cloud.ts';

/** The claims' sort keys. */
export async function claimedMails({ env }: Running): Promise<string[]> {
  const credentials = { accessKeyId: accessKey(platformAccount), secretAccessKey: 'x' };
  const client = new DynamoDBClient({ endpoint: env.AWS_ENDPOINT_URL ?? '', region, credentials });
  const found: string[] = [];
  try {
    const scan = {
      TableName: 'latchkey-local',
      ConsistentRead: true,
      FilterExpression: 'begins_with(sk, :notice) AND sentAt = :none AND claimedUntil <> :none',
      ExpressionAttributeValues: { ':notice': { S: 'NOTICE#' }, ':none': { NULL: true } },
    };
    for await (const { Items = [] } of paginateScan({ client }, scan))
      found.push(...Items.map(({ sk }) => sk?.S ?? ''));
    return found;
  } finally {
    client.destroy();
  }
}
