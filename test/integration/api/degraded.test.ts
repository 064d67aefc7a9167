/**
 * Promise 10: losing a right is not losing the key. Each right is taken away alone, on the local cloud at 4 times its
 * speed, with events and without: it is reported in time, nothing stops, and restoring the right ends it.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Action, neededActions } from '#lib/model/key.ts';
import '#test/support/matchers.ts';
import { aPlatform, manyPorts, type Platform } from '#test/support/cloud.ts';
import { stopForwarding } from '#test/support/customer.ts';
import { policyWithout } from '#test/support/policies.ts';
import { until } from '#test/support/when.ts';
import { aServingDatabase, type DatabaseResponse, lockoutIn, urlsOf, withRedis } from './preconditions.ts';

const speed = 4;
/** Of the platform's time: a sweep's minute, and what a check takes. */
const notifiedWithinSeconds = 65;
const others = neededActions.filter((action) => action !== 'Decrypt');
/** CreateGrant and RevokeGrant have too low a quota to be tried each minute. */
const hasQuota = (action: Action): boolean => !action.endsWith('Grant');

interface Held {
  readonly action: Action;
  readonly arn: string;
  readonly keyId: string;
  readonly database: DatabaseResponse;
}

let platform: Platform;
let held: readonly Held[];
beforeAll(async () => {
  platform = await aPlatform({ speed, databases: manyPorts });
  held = await Promise.all(
    others.map(async (action) => {
      const arn = await platform.keyOfCustomer({ Policy: policyWithout(null) });
      const database = await aServingDatabase(platform, { key: arn, name: `without-${action.toLowerCase()}` });
      return { action, arn, keyId: database.key?.id ?? '', database };
    }),
  );
});
afterAll(() => platform.close());

const setPolicy = (arn: string, missing: Action | null) =>
  platform.kms('PutKeyPolicy', { KeyId: arn, Policy: policyWithout(missing) });

const statusOf = async (keyId: string): Promise<unknown> =>
  (await platform.ask<{ status: string }>(`GET /v1/keys/${keyId}`)).body.status;

/** In seconds of the platform's time, from the change of the policy to the key's new status. */
async function secondsUntil(status: string, { keyId, arn }: Held, missing: Action | null): Promise<number> {
  const since = Date.now();
  await setPolicy(arn, missing);
  await until(`${keyId} is ${status}`, async () => (await statusOf(keyId)) === status);
  return ((Date.now() - since) / 1000) * speed;
}

/** Counts the pings of every database that fail, until the work is done. */
async function failedPings(work: () => Promise<unknown>): Promise<number> {
  const clients = await Promise.all(held.map(({ database }) => urlsOf(platform, database.id)));
  let [isDone, failed] = [false, 0];
  const pinging = clients.map(({ url }) =>
    withRedis(url, async (redis) => {
      while (!isDone) {
        await redis.set('alive', String(Date.now())).catch(() => (failed += 1));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }),
  );
  await work().finally(() => (isDone = true));
  await Promise.all(pinging);
  return failed;
}

const toldAbout = async ({ keyId }: Held) =>
  (await platform.entries()).filter(({ type, subject }) => type === 'KeyDegraded' && subject.keyId === keyId);

async function strippedAndPutBack(which: readonly Held[]): Promise<void> {
  const times = await Promise.all(which.map((each) => secondsUntil('degraded', each, each.action)));
  for (const seconds of times) expect(seconds).toBeLessThanOrEqual(notifiedWithinSeconds);
  await Promise.all(which.map((each) => secondsUntil('usable', each, null)));
}

describe('each right, taken away alone', () => {
  it('degrades the key by the event of the new policy, and nothing stops; put back, all is well', async () => {
    expect(await failedPings(() => strippedAndPutBack(held))).toBe(0);

    for (const each of held) {
      const entries = await toldAbout(each);
      expect(entries).toHaveLength(1);
      expect(entries[0]?.data).toMatchObject({
        refusals: [{ action: each.action, statement: { Sid: `LatchkeyNeeds${each.action}` } }],
      });
    }
    expect((await platform.ask<{ items: unknown[] }>('GET /v1/lockouts')).body.items).toEqual([]);
  });

  it('opens a lockout if it is Decrypt, as ever, and putting it back cancels it', async () => {
    const [each] = held;
    if (!each) throw new Error('There are keys.');
    await secondsUntil('unusable', each, 'Decrypt');
    await lockoutIn(platform, each.arn, 'waiting');

    await setPolicy(each.arn, null);
    await lockoutIn(platform, each.arn, 'cancelled');
  });
});

describe('requests under a degraded key', () => {
  const without = (action: Action): Held => {
    const found = held.find((each) => each.action === action);
    if (!found) throw new Error(`There is no key for ${action}`);
    return found;
  };
  const backUp = ({ database }: Held) => platform.ask(`POST /v1/databases/${database.id}/backups`);

  it('are refused where they need the action, with the statement to add, and change nothing', async () => {
    const each = without('GenerateDataKey');
    await secondsUntil('degraded', each, each.action);
    const before = await platform.entriesOfRequests();

    const creation = await platform.ask('POST /v1/databases', {
      body: { name: 'one-more', plan: 'private-7', app: 'your-app-name', encryptionKey: each.arn },
    });
    for (const response of [creation, await backUp(each)]) {
      expect(response).toBeProblem('key_degraded');
      expect(response.status).toBe(409);
      expect(response.body).toMatchObject({
        refusals: [{ action: 'GenerateDataKey' }],
        fixes: expect.arrayContaining([
          expect.objectContaining({ statement: expect.objectContaining({ Sid: 'LatchkeyNeedsGenerateDataKey' }) }),
        ]),
      });
    }
    expect(await platform.entriesOfRequests()).toEqual(before);
    const rotation = await platform.ask(`POST /v1/databases/${each.database.id}/credentials/rotation`);
    expect(rotation.status).toBe(202);
    await secondsUntil('usable', each, null);
  });

  it('lock a strict key out at once, which then stays strict until it is usable', async () => {
    const each = without('Encrypt');
    const settings = (strict: boolean) => platform.ask(`PATCH /v1/keys/${each.keyId}/settings`, { body: { strict } });
    await secondsUntil('degraded', each, each.action);

    expect((await settings(true)).body).toEqual({ strict: true });
    expect((await lockoutIn(platform, each.arn, 'waiting')).cause).toBe('access_denied');
    expect(await settings(false)).toBeProblem('wrong_state');

    await setPolicy(each.arn, null);
    await lockoutIn(platform, each.arn, 'cancelled');
    expect((await settings(false)).body).toEqual({ strict: false });
    expect((await platform.ask(`GET /v1/keys/${each.keyId}/settings`)).body).toEqual({ strict: false });
  });
});

describe('each right that may be tried each minute', () => {
  it('is missed by the sweep alone, without any event', async () => {
    await stopForwarding(platform);

    const swept = held.filter(({ action }) => hasQuota(action));
    expect(await failedPings(() => strippedAndPutBack(swept))).toBe(0);
  });
});
