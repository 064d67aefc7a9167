/** One call to each service that Latchkey uses, so that an emulator with lazy loading has loaded all of them. */
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { KMSClient, ListAliasesCommand } from '@aws-sdk/client-kms';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { accessKey, platformAccount, region } from '#local/accounts.ts';

/** The settings of every client of a measurement. */
export const clientSettings = (endpoint: string) => ({
  endpoint,
  region,
  credentials: { accessKeyId: accessKey(platformAccount), secretAccessKey: 'local' },
  maxAttempts: 1,
});

/** An error response counts as a response. */
export async function callEachService(endpoint: string): Promise<void> {
  const settings = clientSettings(endpoint);
  const mail = {
    Source: 'latchkey@example.com',
    Destination: { ToAddresses: ['ann@example.com'] },
    Message: { Subject: { Data: 'a' }, Body: { Text: { Data: 'b' } } },
  };
  const calls: (() => Promise<unknown>)[] = [
    () => new DynamoDBClient(settings).send(new ListTablesCommand({})),
    () => new EventBridgeClient(settings).send(new ListEventBusesCommand({})),
    () => new KMSClient(settings).send(new ListAliasesCommand({})),
    () => new S3Client({ ...settings, forcePathStyle: true }).send(new ListBucketsCommand({})),
    () => new SESClient(settings).send(new SendEmailCommand(mail)),
    () => new SFNClient(settings).send(new ListStateMachinesCommand({})),
    () => new STSClient(settings).send(new GetCallerIdentityCommand({})),
  ];
  for (const call of calls) await call().catch(assertResponse);
}

function assertResponse(error: unknown): void {
  if ((error as { $response?: unknown }).$response === undefined) throw error;
}
