/** Multi-Region keys: what related keys share, and what each has for itself. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, allowPlatform, type Bench, base64, denied, owner, platform, policyWith } from './fixture.ts';
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

describe('a replica', () => {
  it('shares id, kind and material, and has its own date, policy, tags and description', async () => {
    bench.passDays(1);
    const Tags = [{ TagKey: 'role', TagValue: 'standby' }];

    const response = await replicate(abroad, { Policy: policyWith(), Description: 'standby', Tags });

    expect(response).toEqual({
      ReplicaKeyMetadata: expect.any(Object),
      ReplicaPolicy: policyWith(),
      ReplicaTags: Tags,
    });
    expect(response.ReplicaKeyMetadata).toEqual({
      ...(await metadataIn(home)),
      Arn: replica,
      CreationDate: Date.parse('2026-01-02T00:00:00Z') / 1000,
      Description: 'standby',
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'REPLICA',
        PrimaryKey: { Arn: KeyId, Region: home },
        ReplicaKeys: [{ Arn: replica, Region: abroad }],
      },
    });
    expect(await metadataIn(home)).toMatchObject({
      MultiRegionConfiguration: { MultiRegionKeyType: 'PRIMARY', ReplicaKeys: [{ Arn: replica, Region: abroad }] },
    });
    expect(await at(abroad)('ListResourceTags', { KeyId: replica })).toMatchObject({ Tags });
  });

  it('has the default policy and no tags by default', async () => {
    const other = await bench.key({ MultiRegion: true, Policy: policyWith(allowPlatform('kms:Decrypt')) });

    const { ReplicaPolicy, ReplicaTags } = await replicate(abroad, { KeyId: other });

    expect(JSON.parse(String(ReplicaPolicy))).toMatchObject({ Id: 'key-default-1' });
    expect(ReplicaTags).toEqual([]);
  });

  it('opens what its primary made, and its primary what it made, with or without a name', async () => {
    await replicate(abroad);
    const EncryptionContext = { team: 'acme' };
    const secret = { Plaintext: base64('secret'), EncryptionContext };

    const { CiphertextBlob: made } = await at(home)('Encrypt', { KeyId, ...secret });
    const opened = { KeyId: replica, Plaintext: base64('secret') };
    expect(await at(abroad)('Decrypt', { CiphertextBlob: made, EncryptionContext })).toMatchObject(opened);
    const named = { CiphertextBlob: made, EncryptionContext, KeyId: replica };
    expect(await at(abroad)('Decrypt', named)).toMatchObject(opened);

    const { CiphertextBlob: returned } = await at(abroad)('Encrypt', { KeyId: replica, ...secret });
    expect(await at(home)('Decrypt', { CiphertextBlob: returned, EncryptionContext })).toMatchObject({ KeyId });
  });

  it('is not there for a Region without one, nor for the ciphertext of a single-Region key', async () => {
    const single = await bench.key();
    const encrypted = async (arn: string) => at(home)('Encrypt', { KeyId: arn, Plaintext: base64('secret') });

    for (const arn of [KeyId, single]) {
      const { CiphertextBlob } = await encrypted(arn);
      await expect(at(abroad)('Decrypt', { CiphertextBlob })).rejects.toMatchObject(denied);
    }
  });

  it('has its own state, grants, aliases and policy', async () => {
    await replicate(abroad);
    const { CiphertextBlob } = await at(home)('Encrypt', { KeyId, Plaintext: base64('secret') });
    const grant = { GranteePrincipal: platform.arn, Operations: ['Decrypt'] };
    await at(home)('CreateGrant', { KeyId, ...grant });
    await at(home)('CreateAlias', { AliasName: 'alias/redis', TargetKeyId: KeyId });
    await at(home)('DisableKey', { KeyId });

    expect([await world.stateIn(home), await world.stateIn(abroad)]).toEqual(['Disabled', 'Enabled']);
    expect(await at(abroad)('Decrypt', { CiphertextBlob })).toMatchObject({ Plaintext: base64('secret') });
    await expect(bench.as(platform, abroad)('Decrypt', { CiphertextBlob })).rejects.toMatchObject(denied);
    expect(await at(abroad)('ListGrants', { KeyId: replica })).toMatchObject({ Grants: [] });
    expect(await at(abroad)('ListAliases')).toMatchObject({ Aliases: [] });

    await at(abroad)('PutKeyPolicy', { KeyId: replica, Policy: policyWith(allowPlatform('kms:Decrypt')) });
    expect(await bench.as(platform, abroad)('Decrypt', { CiphertextBlob })).toMatchObject({ KeyId: replica });
    await expect(bench.as(platform)('DescribeKey', { KeyId })).rejects.toMatchObject(denied);
  });

  it('rotates with its primary, and not by itself', async () => {
    await replicate(abroad);
    const unsupported = { code: 'UnsupportedOperationException' };
    for (const operation of ['EnableKeyRotation', 'DisableKeyRotation', 'RotateKeyOnDemand'])
      await expect(at(abroad)(operation, { KeyId: replica })).rejects.toMatchObject(unsupported);

    await at(home)('EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 });
    expect(await at(abroad)('GetKeyRotationStatus', { KeyId: replica })).toMatchObject({ RotationPeriodInDays: 90 });
    bench.passDays(91);

    const { CurrentKeyMaterialId } = await metadataIn(abroad);
    expect(CurrentKeyMaterialId).toBe((await metadataIn(home)).CurrentKeyMaterialId);
    expect(bench.notices).toMatchObject([{ 'detail-type': 'KMS CMK Rotation', region: home, resources: [KeyId] }]);
    const { CiphertextBlob } = await at(home)('Encrypt', { KeyId, Plaintext: base64('secret') });
    expect(await at(abroad)('Decrypt', { CiphertextBlob })).toMatchObject({ KeyMaterialId: CurrentKeyMaterialId });
  });

  it('survives a restart', async () => {
    await replicate(abroad);
    const { CiphertextBlob } = await at(home)('Encrypt', { KeyId, Plaintext: base64('secret') });
    const before = await metadataIn(abroad);

    const after = await bench.reopened();

    expect((await after.as(owner, abroad)('DescribeKey', { KeyId: replica })).KeyMetadata).toEqual(before);
    expect(await after.as(owner, abroad)('Decrypt', { CiphertextBlob })).toMatchObject({ KeyId: replica });
    await after.kms.close();
  });
});

describe('ReplicateKey', () => {
  it('is recorded in both Regions', async () => {
    bench.events.length = 0;
    await replicate(abroad);
    expect(world.eventNames()).toEqual([`${home} ReplicateKey`, `${abroad} CreateKey`]);
    expect(bench.events[1]).toMatchObject({ account: owner.accountId, detail: { resources: [{ ARN: replica }] } });
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['a Region that has the key', () => replicate(home), 'AlreadyExistsException'],
    ['what is no Region', () => replicate('Europe'), 'ValidationException'],
    ['a disabled key', async () => replicate(abroad, await disabled()), 'DisabledException'],
    [
      'a single-Region key',
      async () => replicate(abroad, { KeyId: await bench.key() }),
      'UnsupportedOperationException',
    ],
    [
      'a policy that locks its setter out',
      () => replicate(abroad, { Policy: lockout }),
      'MalformedPolicyDocumentException',
    ],
    ['another account’s key', () => bench.as(platform)('ReplicateKey', { KeyId, ReplicaRegion: abroad }), denied.code],
  ])('refuses %s', async (_, attempt, code) => {
    await expect(attempt()).rejects.toMatchObject({ code });
    expect(await metadataIn(home)).toMatchObject({ MultiRegionConfiguration: { ReplicaKeys: [] } });
  });

  it('refuses a second replica in a Region, and a replica of a replica', async () => {
    await replicate(abroad);
    await expect(replicate(abroad)).rejects.toMatchObject({ code: 'AlreadyExistsException' });
    const ofReplica = at(abroad)('ReplicateKey', { KeyId: replica, ReplicaRegion: farther });
    await expect(ofReplica).rejects.toMatchObject({ code: 'UnsupportedOperationException' });
  });

  it('is allowed for the Regions that the policy names', async () => {
    const Condition = { StringNotEquals: { 'kms:ReplicaRegion': abroad } };
    const only = { Effect: 'Deny', Principal: '*', Action: 'kms:ReplicateKey', Resource: '*', Condition };
    await at(home)('PutKeyPolicy', { KeyId, Policy: policyWith(only) });

    await expect(replicate(farther)).rejects.toMatchObject(denied);
    expect(await replicate(abroad)).toHaveProperty('ReplicaKeyMetadata');
  });
});

const lockout = JSON.stringify({ Version: '2012-10-17', Statement: [allowPlatform('kms:*')] });
async function disabled() {
  await at(home)('DisableKey', { KeyId });
  return {};
}
