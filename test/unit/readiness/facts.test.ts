/** What full checks collect for the readiness of a key, when they store it, and what it costs. */
import { describe, expect, it } from '@jest/globals';
import { type CollectDeps, collectFacts } from '#lib/keys/readiness-facts.ts';
import { reconcileKey } from '#lib/lockouts/reconcile.ts';
import type { Key } from '#lib/model/key.ts';
import type { ReadinessFacts, Sibling } from '#lib/model/readiness/facts.ts';
import {
  aDatabase,
  aDisabledProbe,
  aKey,
  anApp,
  aProbe,
  at,
  keyArn,
  sweepActor,
  tokenActor,
} from '#test/support/build.ts';
import { scene } from '#test/unit/lockouts/reconciling.ts';

const ago = (seconds: number): string => new Date(at.getTime() - seconds * 1000).toISOString();
const replica: Sibling = { arn: keyArn.replace('us-east-1', 'eu-west-1'), state: 'enabled' };
const granted = aDatabase({ grantId: 'grant-1', name: 'cache', status: 'available' });
const grant = { id: 'grant-1', name: null, grantee: '', operations: [], context: {}, createdAt: null };

const deps = (changes: Partial<CollectDeps> = {}): CollectDeps => ({
  now: () => at,
  appsById: async () => [anApp({ admins: ['chief@own.example', 'Chief+ops@own.example', 'guest@else.example'] })],
  databasesOnKey: async () => ({ items: [granted], cursor: null }),
  deliveryProofsOf: async () => ({ provenAt: ago(30), arrivedAt: ago(26) }),
  grantsOnKey: async () => ({ scope: 'key', grants: [grant], next: null }),
  listContacts: async () => ({ items: [], cursor: null }),
  mailDomainsOf: async () => ({ domains: ['own.example'], version: 1 }),
  newestBackupOnKey: async () => null,
  recipientsOf: async () => [],
  siblingsOf: async () => [],
  ...changes,
});
const collected = async (changes: Partial<CollectDeps> = {}, key: Key = aKey()) => collectFacts(deps(changes))(key);

describe('the facts about a key', () => {
  it('are its recipients, each mailbox once, its grants, its newest backup and the time of its events', async () => {
    expect(await collected()).toEqual({
      siblings: [],
      facts: {
        at: at.toISOString(),
        eventLagSeconds: [4],
        recipients: { reachable: 1, unconfirmed: 1, bounced: 0, bouncedExamples: [] },
        backup: { newestAt: null, example: 'cache' },
        grants: { lost: 0, examples: [], checked: 1, unknown: 0 },
      },
    });
  });

  it('name a grant that KMS does not have, and count what an incomplete response leaves open', async () => {
    const none = { scope: 'key', grants: [], next: null } as const;
    expect((await collected({ grantsOnKey: async () => none })).facts.grants).toMatchObject({
      lost: 1,
      examples: ['cache'],
    });
    const more = { ...none, next: 'marker' };
    expect((await collected({ grantsOnKey: async () => more })).facts.grants).toMatchObject({ lost: 0, unknown: 1 });
    const silent = { scope: 'nothing', grants: [], next: null } as const;
    expect((await collected({ grantsOnKey: async () => silent })).facts.grants).toMatchObject({ lost: 0, unknown: 1 });
  });

  it('ask KMS for no grant where no row names one', async () => {
    const grantsOnKey = () => Promise.reject(new Error('called'));
    const databasesOnKey = async () => ({ items: [aDatabase({ grantId: null })], cursor: null });
    expect((await collected({ grantsOnKey, databasesOnKey })).facts.grants).toMatchObject({ checked: 0 });
  });

  it('are null where they cannot be read, and keep what was known of related keys', async () => {
    const broken = () => Promise.reject(new Error('throttled'));
    const { facts, siblings } = await collected(
      { databasesOnKey: broken, mailDomainsOf: broken, newestBackupOnKey: broken, siblingsOf: async () => null },
      aKey({ siblings: [replica] }),
    );
    expect(facts).toMatchObject({ recipients: null, backup: null });
    expect(siblings).toEqual([replica]);
  });

  it('count the time of an event once, and keep the last nine', async () => {
    const stored: ReadinessFacts = { at: ago(600), eventLagSeconds: [1, 2, 3, 4, 5, 6, 7, 8, 9] };
    expect((await collected({}, aKey({ facts: stored }))).facts.eventLagSeconds).toEqual([4, 1, 2, 3, 4, 5, 6, 7, 8]);

    const counted: ReadinessFacts = { at: at.toISOString(), eventLagSeconds: [1] };
    const old = async () => ({ provenAt: ago(900), arrivedAt: ago(890) });
    expect((await collected({ deliveryProofsOf: old }, aKey({ facts: counted }))).facts.eventLagSeconds).toEqual([1]);
  });
});

describe('a full check', () => {
  const collecting = (key: Key, probe = aProbe(), siblings: readonly Sibling[] = []) => {
    const { deps: reconciling, ledger } = scene(key, [probe]);
    let times = 0;
    const collect = async () => {
      times += 1;
      return { facts: { at: at.toISOString() }, siblings };
    };
    const check = (actor = sweepActor) =>
      reconcileKey({ ...reconciling, collectFacts: collect })({
        teamId: key.teamId,
        keyId: key.id,
        actor,
        depth: 'full',
      });
    return { ledger, check, times: () => times };
  };
  const since = { siblings: { status: 'unknown', at: ago(60) } } as const;
  const known = async (seconds: number): Promise<Key> => {
    const first = collecting(aKey());
    await first.check();
    const [key] = first.ledger.all<Key>('KEY#');
    if (!key?.facts) throw new Error('The first check stores facts.');
    return { ...key, facts: { ...key.facts, at: ago(seconds) } };
  };

  it('collects them for the first time, and stores since when an item does not pass', async () => {
    const { ledger, check } = collecting(aKey({ readinessSince: since }));
    await check();
    expect(ledger.all<Key>('KEY#')).toMatchObject([
      { siblings: [], facts: { at: at.toISOString() }, readinessSince: { backup: { at: at.toISOString() } } },
    ]);
    expect(ledger.entries()).toEqual([]);
  });

  it('spares them while they are fresh, except on request', async () => {
    const { check, times } = collecting(await known(300));
    await check();
    expect(times()).toBe(0);
    await check(tokenActor);
    expect(times()).toBe(1);
  });

  it('writes nothing while no item changes, for an hour', async () => {
    const same = collecting(await known(1200));
    await same.check();
    expect([same.times(), same.ledger.commits.length]).toEqual([1, 0]);

    const old = collecting(await known(3600));
    await old.check();
    expect(old.ledger.all<Key>('KEY#')).toMatchObject([{ facts: { at: at.toISOString() } }]);
  });

  it('stores facts without making an unchanged key look as if it had just changed', async () => {
    const before = await known(3600);
    const key = { ...before, check: { ...before.check, at: ago(86_400) } };
    const { ledger, check } = collecting(key);
    await check();
    expect(ledger.all<Key>('KEY#')).toMatchObject([{ facts: { at: at.toISOString() }, check: { at: ago(86_400) } }]);
  });

  it('stores a related key that was enabled', async () => {
    const { ledger, check } = collecting(await known(1200), aProbe(), [replica]);
    await check();
    expect(ledger.all<Key>('KEY#')).toMatchObject([
      { siblings: [replica], readinessSince: { siblings: { status: 'fail' } } },
    ]);
  });

  it('acts on the loss of a key before it collects anything', async () => {
    const { ledger, check, times } = collecting(aKey(), aDisabledProbe());
    await check();
    expect(times()).toBe(0);
    expect(ledger.entries()).toMatchObject([{ type: 'KeyBecameUnusable' }, { type: 'LockoutOpened' }]);
  });
});
