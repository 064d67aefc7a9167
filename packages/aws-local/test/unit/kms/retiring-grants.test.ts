/** Who may retire a grant. Source: KMS guide, "Retiring and revoking grants". */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  aBench,
  allowPlatform,
  type Bench,
  dataPlane,
  denied,
  owner,
  platform,
  policyOfGrants,
  policyWith,
  stranger,
  termsOfGrant,
} from './fixture.ts';

let bench: Bench;
let KeyId: string;
beforeEach(async () => {
  bench = await aBench();
  KeyId = await bench.key({ Policy: policyOfGrants });
});
afterEach(() => bench.close());

const create = (overrides: object = {}, caller = platform) =>
  bench.as(caller)('CreateGrant', { KeyId, ...termsOfGrant, ...overrides });
const listed = async () => (await bench.as(owner)('ListGrants', { KeyId })).Grants as Answer[];

describe('retiring', () => {
  it('is for the retiring principal, by token or by id', async () => {
    const first = await create();
    const second = await create();
    await expect(bench.as(dataPlane)('RetireGrant', { GrantToken: first.GrantToken })).rejects.toMatchObject(denied);
    await expect(bench.as(stranger)('RetireGrant', { KeyId, GrantId: first.GrantId })).rejects.toMatchObject(denied);
    await bench.as(platform)('RetireGrant', { GrantToken: first.GrantToken });
    await bench.as(platform)('RetireGrant', { KeyId, GrantId: second.GrantId });
    expect(await listed()).toEqual([]);
    await expect(bench.as(platform)('RetireGrant', { GrantToken: first.GrantToken })).rejects.toMatchObject({
      code: 'NotFoundException',
    });
  });

  it("is for a principal of the key's account, if the key policy or its account lets it", async () => {
    const { GrantId } = await create();
    const Deny = { Effect: 'Deny', Principal: { AWS: owner.arn }, Action: 'kms:RetireGrant', Resource: '*' };
    await bench.as(owner)('PutKeyPolicy', { KeyId, Policy: policyWith(Deny) });
    await expect(bench.as(owner)('RetireGrant', { KeyId, GrantId })).rejects.toMatchObject(denied);
    await bench.as(owner)('PutKeyPolicy', { KeyId, Policy: policyWith(allowPlatform('kms:*')) });
    await expect(bench.as(stranger)('RetireGrant', { KeyId, GrantId })).rejects.toMatchObject(denied);
    await bench.as(owner)('RetireGrant', { KeyId, GrantId });
    expect(await listed()).toEqual([]);
  });

  it('is not for another account that the key policy allows it', async () => {
    const { GrantId } = await create({ RetiringPrincipal: undefined });
    await bench.as(owner)('PutKeyPolicy', { KeyId, Policy: policyWith(allowPlatform('kms:*')) });
    const other = { ...platform, arn: `arn:aws:iam::${platform.accountId}:role/other` };
    await expect(bench.as(other)('RetireGrant', { KeyId, GrantId })).rejects.toMatchObject(denied);
  });

  it('is for the grantee of a grant that holds RetireGrant', async () => {
    const { GrantToken } = await create({ Operations: ['Decrypt', 'RetireGrant'] });
    await bench.as(dataPlane)('RetireGrant', { GrantToken });
    expect(await listed()).toEqual([]);
  });

  it.each([
    [{}, 'ValidationException'],
    [{ GrantId: '0'.repeat(64) }, 'ValidationException'],
    [{ GrantToken: 'bm9uc2Vuc2U=' }, 'InvalidGrantTokenException'],
  ])('is refused for %j', async (input, code) => {
    await expect(bench.as(platform)('RetireGrant', input)).rejects.toMatchObject({ code });
  });
});
