/** Registering, checking, listing and forgetting keys. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KeyView } from '#lib/contracts/keys.ts';
import { neededActions } from '#lib/model/key.ts';
import { keyPolicy } from '#lib/model/key-policy.ts';
import type { Infer } from '#lib/model/schema.ts';
import { customerAccount, platformAccount } from '#local/accounts.ts';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';

type Key = Infer<typeof KeyView>;
let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

const register = (arn: string) => platform.ask<Key>('POST /v1/keys', { body: { arn } });

describe('registering a key', () => {
  it('checks every action, and returns its location', async () => {
    const arn = await platform.keyOfCustomer();
    const { status, headers, body } = await register(arn);

    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/keys/${body.id}`);
    expect(body).toMatchObject({ arn, status: 'usable', databases: 0, lockout: null });
    expect(body.check.actions).toEqual(Object.fromEntries(neededActions.map((action) => [action, 'allowed'])));
    expect(body.check).toMatchObject({ ownership: 'proven', keyState: 'Enabled', cause: null, fixes: [] });
    expect(await platform.entries()).toHaveRecorded('KeyRegistered');
    expect((await platform.ask<Key>(`GET /v1/keys/${body.id}`)).body).toEqual(body);
  });

  it('warns of a key that never rotates, and no more once it does', async () => {
    const arn = await platform.keyOfCustomer();
    const { body } = await register(arn);

    expect(body.rotation).toBe(false);
    expect(body.check.warnings.map(({ code }) => code)).toEqual(['rotation_off']);

    await platform.kms('EnableKeyRotation', { KeyId: arn });
    const checked = await platform.ask<Key>(`POST /v1/keys/${body.id}/checks`);

    expect(checked.status).toBe(201);
    expect(checked.body).toMatchObject({ rotation: true, check: { warnings: [] } });
  });

  it('warns of a policy that lets other teams through', async () => {
    const Policy = JSON.stringify(
      keyPolicy({ customer: customerAccount, platform: platformAccount, partition: 'aws', teamId: null }),
    );
    const { status, body } = await register(await platform.keyOfCustomer({ Policy }));

    expect(status).toBe(201);
    expect(body.check.ownership).toBe('unproven');
    expect(body.check.warnings.map(({ code }) => code)).toContain('ownership_unproven');
  });

  it('returns the same key when it is registered again', async () => {
    const arn = await platform.keyOfCustomer();
    const first = await register(arn);

    const again = await register(arn);

    expect(again.body.id).toBe(first.body.id);
    expect(
      (await platform.entries()).filter(({ type, data }) => type === 'KeyRegistered' && data.arn === arn),
    ).toHaveLength(1);
  });

  it('finds it by its ARN, for its own team only', async () => {
    const arn = await platform.keyOfCustomer();
    const { body } = await register(arn);

    const found = await platform.ask<{ items: Key[] }>(`GET /v1/keys?arn=${encodeURIComponent(arn)}`);

    expect(found.body.items.map(({ id }) => id)).toEqual([body.id]);

    const { body: made } = await platform.ask<{ token: string }>('POST /v1/tokens', {
      token: platform.tokens.adminToken,
      body: { name: 'globex', team: 'globex' },
    });
    const foreign = await platform.ask<{ items: Key[] }>(`GET /v1/keys?arn=${encodeURIComponent(arn)}`, {
      token: made.token,
    });

    expect(foreign.body.items).toEqual([]);
    expect(await platform.ask(`GET /v1/keys/${body.id}`, { token: made.token })).toBeProblem('not_found');
  });

  it('can be forgotten, and then belongs to no team', async () => {
    const arn = await platform.keyOfCustomer();
    const { body } = await register(arn);

    expect((await platform.ask(`DELETE /v1/keys/${body.id}`)).status).toBe(204);
    expect(await platform.ask(`GET /v1/keys/${body.id}`)).toBeProblem('not_found');
    expect((await register(arn)).body.id).not.toBe(body.id);
  });
});

describe('the key policy', () => {
  it('is public, a template for envsubst without a token, and one word', async () => {
    const { status, body } = await platform.ask('GET /v1/key-policy', { token: null });

    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain('${AWS_ACCOUNT_ID}');
    expect(JSON.stringify(body)).not.toMatch(/\s/);
  });

  it('is bound to the team with a token', async () => {
    const { body } = await platform.ask(`GET /v1/key-policy?account=${customerAccount}`);
    expect(JSON.stringify(body)).toContain(`"kms:EncryptionContext:latchkey:team":"${platform.teamId}"`);
  });

  it('wants an account id of 12 digits, and a token that is good if there is one', async () => {
    expect(await platform.ask('GET /v1/key-policy?account=1234')).toBeProblem('invalid_request');
    expect(await platform.ask('GET /v1/key-policy', { token: 'latchkey_wrong' })).toBeProblem('unauthenticated');
  });
});

describe('checking a key', () => {
  it('without a response of KMS is unknown, and raises an alert once', async () => {
    const arn = await platform.keyOfCustomer();
    const { body } = await register(arn);
    platform.cloud.kms.simulate(arn, 'throttled');

    const checked = await platform.ask<Key>(`POST /v1/keys/${body.id}/checks`);

    expect(checked.body).toMatchObject({ status: 'unknown', lockout: null, check: { cause: 'kms_unreachable' } });

    platform.cloud.kms.simulate(arn, null);
    expect((await platform.ask<Key>(`POST /v1/keys/${body.id}/checks`)).body.status).toBe('usable');

    const types = (await platform.entries()).filter(({ subject }) => subject.keyId === body.id).map(({ type }) => type);
    expect(types).toEqual(['KeyRegistered', 'KeyCheckUnanswered', 'KeyBecameUsable']);
  });
});
