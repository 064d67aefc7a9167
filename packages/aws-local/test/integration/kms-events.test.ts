/** What of KMS reaches the buses: calls and the passing of time, in the Region of the buses. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateKeyCommand,
  DisableKeyCommand,
  KMSClient,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type AwsLocal, startAwsLocal } from '../../src/start.ts';
import { accessKey, customerAccount, region } from '../../test-support/accounts.ts';
import { until } from '../until.ts';

interface Received {
  readonly region: string;
  readonly 'detail-type': string;
  readonly resources: readonly string[];
  readonly detail: { readonly eventName?: string };
}

let dir: string;
let aws: AwsLocal;
let received: Received[];
let clients: KMSClient[];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'aws-local-kms-events-'));
  received = [];
  clients = [];
  aws = await startAwsLocal({
    dir,
    region,
    // A window of 7 days takes half a second.
    speed: (7 * 86_400) / 0.5,
    invoke: async (_, event) => void received.push(event as Received),
    rules: [
      {
        name: 'keys',
        busArn: `arn:aws:events:${region}:${customerAccount}:event-bus/default`,
        pattern: { source: ['aws.kms'] },
        targets: [{ arn: `arn:aws:lambda:${region}:${customerAccount}:function:on-key` }],
      },
    ],
  });
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  await aws.close();
  rmSync(dir, { recursive: true, force: true });
});

function kmsIn(inRegion: string): KMSClient {
  const credentials = { accessKeyId: accessKey(customerAccount), secretAccessKey: 'any' };
  const client = new KMSClient({ endpoint: aws.url, region: inRegion, credentials });
  clients.push(client);
  return client;
}
const names = () => received.map((event) => event.detail.eventName ?? event['detail-type']);

it('calls in the Region of the bus, and a deletion that no call makes', async () => {
  const [home, abroad] = [kmsIn(region), kmsIn('eu-west-1')];
  const { KeyMetadata } = await home.send(new CreateKeyCommand({ MultiRegion: true }));
  const KeyId = KeyMetadata?.KeyId ?? '';
  await home.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }));
  await abroad.send(new DisableKeyCommand({ KeyId }));
  await abroad.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  await home.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));

  await until('the deletion', () => names().includes('KMS CMK Deletion'));

  expect(names().toSorted()).toEqual(['CreateKey', 'KMS CMK Deletion', 'ReplicateKey', 'ScheduleKeyDeletion']);
  expect(new Set(received.map((event) => event.region))).toEqual(new Set([region]));
  expect(received.at(-1)?.resources).toEqual([KeyMetadata?.Arn]);
});
