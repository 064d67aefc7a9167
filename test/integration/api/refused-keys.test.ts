/** Keys that are refused, with the reason. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { neededActions } from '#lib/model/key.ts';
import { customerAccount, platformAccount } from '#local/accounts.ts';
import '#test/support/matchers.ts';
import type { ApiResponse } from '#local/test-support/http.ts';
import { aPlatform, type Platform, pagesOf } from '#test/support/cloud.ts';
import { policyWithout } from '#test/support/policies.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

const register = (arn: string, token = platform.tokens.teamToken) =>
  platform.ask('POST /v1/keys', { body: { arn }, token });
const createOn = (encryptionKey: string) =>
  platform.ask('POST /v1/databases', {
    body: { name: 'refused-db', plan: 'private-7', app: 'your-app-name', encryptionKey },
  });
const worldNow = async () => ({
  keys: (await pagesOf(platform.ask, '/v1/keys')).length,
  databases: (await pagesOf(platform.ask, '/v1/databases')).length,
  entries: (await platform.entriesOfRequests()).length,
});

/** Refused both at the registration of a key and in other requests that name a key, without a change. */
async function refusedBothWays(arn: string): Promise<ApiResponse> {
  const before = await worldNow();
  const [response, onTheWay] = [await register(arn), await createOn(arn)];
  expect(onTheWay.body.type).toBe(response.body.type);
  expect(onTheWay.body.detail).toBe(response.body.detail);
  expect(await worldNow()).toEqual(before);
  return response;
}

const uuid = '1234abcd-12ab-34cd-56ef-1234567890ab';

describe('something else than the full ARN of a key', () => {
  it.each([
    ['an alias', 'alias/mine', 'alias'],
    ['the ARN of an alias', `arn:aws:kms:us-east-1:${customerAccount}:alias/mine`, 'alias'],
    ['a bare id', uuid, 'bare key id'],
    ['a malformed ARN', `arn:aws:kms:us-east-1:${customerAccount}:key/not-a-key`, 'not the ARN of a KMS key'],
    ['an ARN of something else', 'arn:aws:s3:::bucket', 'not the ARN of a KMS key'],
    ['a text', 'my key', 'not a key ARN'],
  ])('is refused: %s', async (_, arn, what) => {
    const response = await refusedBothWays(arn);

    expect(response).toBeProblem('invalid_request');
    expect(response.body.detail).toContain(what);
    expect(response.body.fix).toContain('aws kms describe-key');
  });
});

describe('a key of the wrong kind', () => {
  it.each([
    ['asymmetric', { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }, 'SYMMETRIC_DEFAULT'],
    ['for signing', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }, 'SYMMETRIC_DEFAULT'],
    ['for HMACs', { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }, 'SYMMETRIC_DEFAULT'],
  ])('is refused: %s', async (_, kind, fix) => {
    const response = await refusedBothWays(await platform.keyOfCustomer(kind));
    expect(response).toBeProblem('key_rejected');
    expect(response.body.detail).toContain(fix);
  });
});

describe('a key in the wrong place', () => {
  it('is refused: another Region', async () => {
    const response = await refusedBothWays(`arn:aws:kms:eu-west-1:${customerAccount}:key/${uuid}`);

    expect(response).toBeProblem('key_rejected');
    expect(response.body).toMatchObject({
      detail: expect.stringContaining('us-east-1'),
      fault: 'wrong_region',
      fix: expect.stringContaining('--region us-east-1'),
    });
  });

  it('is refused: an account that has no such key', async () => {
    for (const account of [customerAccount, '999999999999']) {
      const response = await refusedBothWays(`arn:aws:kms:us-east-1:${account}:key/${uuid}`);
      expect(response).toBeProblem('key_rejected');
      expect(response.body.detail).toContain('Check the account, the region and the id');
    }
  });

  it('is refused: the platform’s own account', async () => {
    const response = await refusedBothWays(`arn:aws:kms:us-east-1:${platformAccount}:key/${uuid}`);
    expect(response).toBeProblem('key_rejected');
    expect(response.body.detail).toContain('lives in the customer');
  });
});

describe('a key in a state that forbids use', () => {
  it.each([
    ['disabled', 'aws kms enable-key', (arn: string) => platform.kms('DisableKey', { KeyId: arn })],
    [
      'pending deletion',
      'aws kms cancel-key-deletion',
      (arn: string) => platform.kms('ScheduleKeyDeletion', { KeyId: arn }),
    ],
  ])('is refused: %s', async (_, fix, turn) => {
    const arn = await platform.keyOfCustomer();
    await turn(arn);

    const response = await refusedBothWays(arn);

    expect(response).toBeProblem('key_rejected');
    expect(response.body.detail).toContain(fix);
  });

  it('is refused: without key material', async () => {
    const response = await refusedBothWays(await platform.keyOfCustomer({ Origin: 'EXTERNAL' }));

    expect(response).toBeProblem('key_rejected');
    expect(response.body).toMatchObject({
      cause: 'material_expired',
      detail: expect.stringContaining('aws kms import-key-material'),
    });
  });

  it('is not refused but unavailable while KMS does not respond', async () => {
    const arn = await platform.keyOfCustomer();
    platform.cloud.kms.simulate(arn, 'throttled');
    const response = await register(arn);

    platform.cloud.kms.simulate(arn, null);

    expect(response).toBeProblem('unavailable');
    expect(response.headers.get('retry-after')).toBe('2');
  });
});

describe('a key policy that lacks an action', () => {
  it.each(neededActions)('is refused without %s, with the statement that allows it', async (action) => {
    const arn = await platform.keyOfCustomer({ Policy: policyWithout(action) });
    const response = await refusedBothWays(arn);
    expect(response).toBeProblem('key_rejected');
    expect(response.body.detail).toContain(`Denied: kms:${action}.`);
    expect(response.body.detail).toContain('aws kms put-key-policy');
    expect(response.body).toMatchObject({ cause: 'access_denied', fixes: expect.any(Array) });

    const [{ action: first, statement }] = response.body.fixes as [{ action: string; statement: object }];
    expect(first).toBe(action);
    const { Statement } = JSON.parse(policyWithout(action)) as { Statement: object[] };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [...Statement, statement] });
    await platform.kms('PutKeyPolicy', { KeyId: arn, Policy });
    expect((await register(arn)).status).toBe(201);
  });
});

describe('a key policy that allows everything, and denies other accounts', () => {
  it('is refused with the warning that it may be a Deny, and where to look', async () => {
    const allow = { Sid: 'All', Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };
    const Condition = { StringNotEquals: { 'aws:PrincipalAccount': customerAccount } };
    const Statement = [allow, { ...allow, Sid: 'Mine', Effect: 'Deny', Condition }];

    const response = await refusedBothWays(
      await platform.keyOfCustomer({ Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
    );

    expect(response).toBeProblem('key_rejected');
    expect(response.body.detail).toContain('a Deny is the reason');
    expect(response.body.check).toMatchObject({
      warnings: [
        {
          code: 'explicit_deny_possible',
          detail: expect.stringContaining(`a Deny that covers account ${platformAccount}`),
          fix: expect.stringMatching(/^aws kms get-key-policy .* jq '.Statement\[\] \| select\(.Effect == "Deny"\)'$/),
        },
      ],
    });
  });
});

describe('a key that another team registered', () => {
  it('is refused, and reveals nothing about the other team', async () => {
    const arn = await platform.keyOfCustomer();
    await register(arn);
    const { body } = await platform.ask<{ token: string }>('POST /v1/tokens', {
      token: platform.tokens.adminToken,
      body: { name: 'globex', team: 'globex' },
    });

    const response = await register(arn, body.token);

    expect(response).toBeProblem('key_taken');
    expect(response.body.detail).toContain('Use a key of your own');
    expect(JSON.stringify(response.body)).not.toContain(platform.teamId);
    expect((await platform.ask<{ items: unknown[] }>('GET /v1/keys', { token: body.token })).body.items).toEqual([]);
  });
});
