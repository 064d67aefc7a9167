/**
 * The readiness of a key over the API: a full check stores what it rests on, and what an item says to do works when it
 * is pasted.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReadinessView } from '#lib/contracts/readiness.ts';
import type { ReadinessCode } from '#lib/model/readiness/codes.ts';
import type { Infer } from '#lib/model/schema.ts';
import { region } from '#local/accounts.ts';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { aCustomerShell, type CustomerShell } from '#test/support/customer.ts';
import { policyWithout } from '#test/support/policies.ts';
import { until } from '#test/support/when.ts';
import { aServingDatabase } from './preconditions.ts';

type Readiness = Infer<typeof ReadinessView>;

let platform: Platform;
let shell: CustomerShell;
beforeAll(async () => {
  platform = await aPlatform({ speed: 60 });
  shell = aCustomerShell(platform);
});
afterAll(async () => {
  shell.close();
  await platform.close();
});

const check = (key: string) => platform.ask(`POST /v1/keys/${key}/checks`);
const readinessOf = async (key: string): Promise<Readiness> =>
  (await platform.ask<Readiness>(`GET /v1/keys/${key}/readiness`)).body;
const itemOf = async (key: string, code: ReadinessCode) => {
  const item = (await readinessOf(key)).items.find((each) => each.code === code);
  if (!item) throw new Error(`There is no item ${code}`);
  return item;
};

/** Runs the commands of an item as the administrator of the key, in order. */
const paste = ({ fix }: Pick<Readiness['items'][number], 'fix'>): Promise<void> =>
  shell.run(fix.flatMap((step) => step.commands));

async function aKeyInUse(
  changes: Readonly<Record<string, unknown>> = {},
): Promise<{ id: string; arn: string; name: string }> {
  const arn = await platform.keyOfCustomer(changes);
  const { key, name } = await aServingDatabase(platform, { key: arn });
  return { id: key?.id ?? '', arn, name };
}

describe('a full check', () => {
  it('stores what the readiness rests on, and lists show the verdict', async () => {
    const { id, arn } = await aKeyInUse();
    await platform.kms('EnableKeyRotation', { KeyId: arn });
    await check(id);

    const { items, checkedAt } = await readinessOf(id);
    expect(checkedAt).not.toBeNull();
    const statuses = Object.fromEntries(items.map(({ code, status }) => [code, status]));
    expect(statuses).toMatchObject({
      key_usable: 'pass',
      right_decrypt: 'pass',
      last_check: 'pass',
      siblings: 'pass',
      deletion: 'pass',
      material_expiry: 'pass',
      rotation: 'pass',
      recipients: 'pass',
      backup: 'warn',
      grants: 'pass',
    });
    const { body } = await platform.ask<{ items: { id: string; readiness: object }[] }>('GET /v1/keys');
    const [listed] = body.items.filter((key) => key.id === id);
    expect(listed?.readiness).toEqual({ verdict: 'at_risk', count: expect.any(Number) });
    expect(items.find(({ code }) => code === 'backup')?.since).not.toBeNull();
  });

  it('has proven that events arrive, and how long they take', async () => {
    const { id } = await aKeyInUse();
    await until('the events are proven', async () => {
      await check(id);
      const { status, detail } = await itemOf(id, 'events_proven');
      return status === 'pass' && /Half of them arrive within \d+ seconds?/.test(detail);
    });
  });
});

describe('what an item says to do', () => {
  it('backs a database up', async () => {
    const { id } = await aKeyInUse();
    await check(id);
    await paste(await itemOf(id, 'backup'));
    await until('the backup is known', async () => {
      await check(id);
      return (await itemOf(id, 'backup')).status === 'pass';
    });
  });

  it('turns rotation on, and allows a refused action', async () => {
    const { id, arn } = await aKeyInUse({ Policy: policyWithout(null) });
    await platform.kms('PutKeyPolicy', { KeyId: arn, Policy: policyWithout('Encrypt') });
    await check(id);
    expect((await itemOf(id, 'rotation')).status).toBe('warn');
    expect((await itemOf(id, 'right_encrypt')).status).toBe('warn');

    await paste(await itemOf(id, 'rotation'));
    await paste(await itemOf(id, 'right_encrypt'));
    await check(id);

    expect((await itemOf(id, 'rotation')).status).toBe('pass');
    expect((await itemOf(id, 'right_encrypt')).status).toBe('pass');
  });

  it('shows the grants of KMS when one was revoked', async () => {
    const { id, arn, name } = await aKeyInUse();
    const { Grants } = (await platform.kms('ListGrants', { KeyId: arn })) as { Grants: { GrantId: string }[] };
    for (const { GrantId } of Grants) await platform.kms('RevokeGrant', { KeyId: arn, GrantId });
    await check(id);

    const item = await itemOf(id, 'grants');
    expect(item).toMatchObject({ status: 'fail', detail: expect.stringContaining(name) });
    await paste(item);
  });

  it('disables a related key in another Region, which still opened the same ciphertext', async () => {
    const { id, arn } = await aKeyInUse({ MultiRegion: true });
    await check(id);
    expect((await itemOf(id, 'siblings')).status).toBe('pass');

    const Policy = String((await platform.kms('GetKeyPolicy', { KeyId: arn, PolicyName: 'default' })).Policy);
    await platform.kms('ReplicateKey', { KeyId: arn, ReplicaRegion: 'eu-west-1', Policy });
    const failing = await until('the replica is found', async () => {
      await check(id);
      const item = await itemOf(id, 'siblings');
      return item.status === 'fail' && item;
    });
    expect(failing.detail).toContain(arn.replace(region, 'eu-west-1'));
    expect((await readinessOf(id)).verdict).toBe('not_ready');

    await paste(failing);
    await check(id);
    expect(await itemOf(id, 'siblings')).toMatchObject({ status: 'pass' });
  });
});
