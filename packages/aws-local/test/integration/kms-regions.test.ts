/** Multi-Region keys as the AWS SDK sees them: the Region of a call is the one that its signature names. */
import {
  AlreadyExistsException,
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisabledException,
  DisableKeyCommand,
  EncryptCommand,
  type KMSClient,
  ListKeysCommand,
  NotFoundException,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
  UnsupportedOperationException,
  UpdatePrimaryRegionCommand,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { accessKey, customerAccount } from '../../test-support/accounts.ts';
import { type KmsWorld, openKmsWorld } from './kms-world.ts';

let world: KmsWorld;
let virginia: KMSClient;
let ireland: KMSClient;
beforeAll(async () => {
  world = await openKmsWorld();
  virginia = world.client(accessKey(customerAccount), 'us-east-1');
  ireland = world.client(accessKey(customerAccount), 'eu-west-1');
});
afterAll(() => world.close());

const Plaintext = Buffer.from('secret');
const multiRegionKey = async () =>
  (await virginia.send(new CreateKeyCommand({ MultiRegion: true }))).KeyMetadata?.KeyId ?? '';
const stateAt = async (client: KMSClient, KeyId: string) =>
  (await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;

it('a key is found in its own Region only, and a replica by the same id in another', async () => {
  const KeyId = await multiRegionKey();
  await expect(ireland.send(new DescribeKeyCommand({ KeyId }))).rejects.toBeInstanceOf(NotFoundException);

  const { ReplicaKeyMetadata } = await virginia.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }));

  expect(ReplicaKeyMetadata).toMatchObject({ KeyId, Arn: `arn:aws:kms:eu-west-1:${customerAccount}:key/${KeyId}` });
  expect((await ireland.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata).toEqual(ReplicaKeyMetadata);
  expect((await ireland.send(new ListKeysCommand({}))).Keys).toHaveLength(1);
});

it('a disabled primary leaves its replica able to open the same ciphertext', async () => {
  const KeyId = await multiRegionKey();
  await virginia.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }));
  const { CiphertextBlob } = await virginia.send(new EncryptCommand({ KeyId, Plaintext }));

  await virginia.send(new DisableKeyCommand({ KeyId }));

  await expect(virginia.send(new DecryptCommand({ CiphertextBlob }))).rejects.toBeInstanceOf(DisabledException);
  const opened = await ireland.send(new DecryptCommand({ CiphertextBlob }));
  expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext);
});

it('the primary moves, and waits for its replicas when it is to be deleted', async () => {
  const KeyId = await multiRegionKey();
  const replication = new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' });
  await virginia.send(replication);
  await expect(virginia.send(replication)).rejects.toBeInstanceOf(AlreadyExistsException);

  await virginia.send(new UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: 'eu-west-1' }));
  await expect(virginia.send(replication)).rejects.toBeInstanceOf(UnsupportedOperationException);

  const scheduled = await ireland.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  expect(scheduled).toMatchObject({ KeyState: 'PendingReplicaDeletion', PendingWindowInDays: 7 });
  expect(scheduled.DeletionDate).toBeUndefined();
  await virginia.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  world.passDays(7);
  expect(await stateAt(ireland, KeyId)).toBe('PendingDeletion');
  await ireland.send(new CancelKeyDeletionCommand({ KeyId }));
  expect(await stateAt(ireland, KeyId)).toBe('Disabled');
});
