/** Multi-Region keys: their primary, and their deletion. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, type Bench, base64, denied, owner, policyWith } from './fixture.ts';
import { abroad, aMultiRegionBench, farther, home, type MultiRegionBench } from './multi-region-bench.ts';

let world: MultiRegionBench;
let bench: Bench;
let KeyId: string;
let replica: string;
beforeEach(async () => {
  world = await aMultiRegionBench({ Tags: [{ TagKey: 'team', TagValue: 'acme' }] });
  ({ bench, KeyId, replica } = world);
});
afterEach(() => bench.close());

const at = (region: string) => world.at(region);
const replicate = (region: string, input: Answer = {}) => world.replicate(region, input);
const metadataIn = (region: string) => world.metadataIn(region);

describe('the primary', () => {
  const moveTo = (PrimaryRegion: string, from = home as string) =>
    at(from)('UpdatePrimaryRegion', { KeyId: world.arnIn(from), PrimaryRegion });
  beforeEach(() => replicate(abroad));

  it('moves to a replica, which then replicates and rotates', async () => {
    bench.events.length = 0;
    expect(await moveTo(abroad)).toEqual({});

    expect(world.eventNames()).toEqual([`${home} UpdatePrimaryRegion`, `${abroad} UpdatePrimaryRegion`]);
    expect(await metadataIn(home)).toMatchObject({
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'REPLICA',
        PrimaryKey: { Arn: replica, Region: abroad },
        ReplicaKeys: [{ Arn: KeyId, Region: home }],
      },
    });
    await at(abroad)('RotateKeyOnDemand', { KeyId: replica });
    await at(abroad)('ReplicateKey', { KeyId: replica, ReplicaRegion: farther });
    await expect(replicate('eu-central-1')).rejects.toMatchObject({ code: 'UnsupportedOperationException' });
  });

  it('refuses a Region without a replica, its own, a disabled key, and a replica as the key', async () => {
    await expect(moveTo(farther)).rejects.toMatchObject({ code: 'NotFoundException' });
    await expect(moveTo(home)).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(moveTo(home, abroad)).rejects.toMatchObject({ code: 'UnsupportedOperationException' });
    await at(abroad)('DisableKey', { KeyId: replica });
    await expect(moveTo(abroad)).rejects.toMatchObject({ code: 'DisabledException' });
  });

  it('needs the permission of both keys’ policies', async () => {
    const Deny = { Effect: 'Deny', Principal: '*', Action: 'kms:UpdatePrimaryRegion', Resource: '*' };
    await at(abroad)('PutKeyPolicy', { KeyId: replica, Policy: policyWith(Deny) });
    await expect(moveTo(abroad)).rejects.toMatchObject(denied);
  });

  it('differs from a replica in kms:MultiRegionKeyType', async () => {
    const Condition = { StringEquals: { 'kms:MultiRegionKeyType': 'REPLICA' } };
    const Policy = policyWith({ Effect: 'Deny', Principal: '*', Action: 'kms:DisableKey', Resource: '*', Condition });
    for (const region of [home, abroad]) await at(region)('PutKeyPolicy', { KeyId: world.arnIn(region), Policy });
    await at(home)('DisableKey', { KeyId });
    await expect(at(abroad)('DisableKey', { KeyId: replica })).rejects.toMatchObject(denied);
  });
});

describe('deletion', () => {
  const schedule = (region: string, PendingWindowInDays = 7) =>
    at(region)('ScheduleKeyDeletion', { KeyId: world.arnIn(region), PendingWindowInDays });
  beforeEach(() => replicate(abroad));

  it('of a replica leaves the others, which still open its data', async () => {
    const { CiphertextBlob } = await at(abroad)('Encrypt', { KeyId: replica, Plaintext: base64('secret') });
    await schedule(abroad);
    bench.passDays(8);

    expect(await at(home)('Decrypt', { CiphertextBlob })).toMatchObject({ Plaintext: base64('secret') });
    expect(await metadataIn(home)).toMatchObject({
      KeyState: 'Enabled',
      MultiRegionConfiguration: { ReplicaKeys: [] },
    });
    expect(bench.notices).toMatchObject([
      { 'detail-type': 'KMS CMK Deletion', region: abroad, resources: [replica], time: '2026-01-08T00:00:00Z' },
    ]);
    expect(await replicate(abroad)).toHaveProperty('ReplicaKeyMetadata.Arn', replica);
    expect(await at(abroad)('Decrypt', { CiphertextBlob })).toMatchObject({ KeyId: replica });
  });

  it('of a primary waits for its replicas without a date, and then for its own window', async () => {
    expect(await schedule(home, 10)).toEqual({ KeyId, KeyState: 'PendingReplicaDeletion', PendingWindowInDays: 10 });
    expect(await metadataIn(home)).toMatchObject({ PendingDeletionWindowInDays: 10, Enabled: false });
    expect(await metadataIn(home)).not.toHaveProperty('DeletionDate');
    await expect(at(home)('Encrypt', { KeyId, Plaintext: base64('x') })).rejects.toMatchObject({
      code: 'KMSInvalidStateException',
      message: `${KeyId} is pending replica deletion.`,
    });
    bench.passDays(100);
    expect([await world.stateIn(home), await world.stateIn(abroad)]).toEqual(['PendingReplicaDeletion', 'Enabled']);

    await schedule(abroad, 7);
    bench.passDays(8);

    const deletedAt = Date.parse('2026-01-01T00:00:00Z') / 1000 + 107 * 86_400;
    expect(await metadataIn(home)).toMatchObject({
      KeyState: 'PendingDeletion',
      DeletionDate: deletedAt + 10 * 86_400,
    });
    expect(await metadataIn(home)).not.toHaveProperty('PendingDeletionWindowInDays');
    bench.passDays(10);
    await expect(metadataIn(home)).rejects.toMatchObject({ code: 'NotFoundException' });
  });

  it('of a primary that waits for its replicas can be cancelled', async () => {
    await schedule(home);
    expect(await at(home)('CancelKeyDeletion', { KeyId })).toEqual({ KeyId });
    expect(await metadataIn(home)).toMatchObject({ KeyState: 'Disabled' });
    expect(await metadataIn(home)).not.toHaveProperty('PendingDeletionWindowInDays');
    await at(home)('EnableKey', { KeyId });
  });

  it('of both passes while the process is down', async () => {
    await schedule(home);
    await schedule(abroad);
    bench.passDays(15);

    const after = await bench.reopened();

    expect(after.notices.map(({ region, time }) => [region, time])).toEqual([
      [abroad, '2026-01-08T00:00:00Z'],
      [home, '2026-01-15T00:00:00Z'],
    ]);
    await expect(after.as(owner)('DescribeKey', { KeyId })).rejects.toMatchObject({ code: 'NotFoundException' });
    await after.kms.close();
  });
});
