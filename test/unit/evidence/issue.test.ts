/** The facts of an evidence bundle, and the time that it covers. */
import { describe, expect, it } from '@jest/globals';
import { evidencePage } from '#lib/evidence/page/page.ts';
import type { NewEntry } from '#lib/model/entry.ts';
import '#test/support/matchers.ts';
import { aKey, anId, sweepActor, teamId, tokenActor } from '#test/support/build.ts';
import { aBundle, aLockoutsEntries, chainOf, issuing, minute } from './a-bundle.ts';

const neighbour = (number: number): NewEntry => ({
  ...{
    type: 'AppCreated',
    actor: tokenActor,
    subject: { appId: anId('app', number) },
    data: { name: `app-${number}` },
  },
});
const neighbours = (count: number): NewEntry[] => Array.from({ length: count }, (_, index) => neighbour(index));

describe('the facts of a lockout', () => {
  it('are distinguished, each with its entry', async () => {
    const { lockouts, events, entries, chain } = (await aBundle()).statement;

    expect(events).toMatchObject([{ entry: 1, name: 'DisableKey', cloudTrail: { eventId: 'trail-1' } }]);
    expect(lockouts).toMatchObject([
      {
        opened: { entry: 2, cause: 'key_disabled' },
        ended: { entry: 12, state: 'restored' },
        states: [
          { entry: 2, state: 'waiting' },
          { entry: 4, state: 'stopping_services' },
          { entry: 7, state: 'stopped' },
          { entry: 9, state: 'starting_servers' },
          { entry: 12, state: 'restored' },
        ],
        stops: [
          { entry: 5, what: 'service', snapshotBytes: 400 },
          { entry: 6, what: 'server', volumeSha256: 'ab'.repeat(32) },
        ],
        triedStarts: [{ entry: 6, answer: 'refused', requestId: 'request-2' }],
        refusedDecrypts: [
          { entry: 2 },
          { entry: 4 },
          { entry: 7, of: 'canary', error: 'DisabledException', requestId: 'request-1' },
        ],
        restores: [
          { entry: 10, what: 'server', sameAsStopped: true },
          { entry: 11, what: 'service' },
        ],
        mails: [{ entry: 8, to: 'ann@example.com', messageId: 'mail-1' }],
      },
    ]);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(chain).toMatchObject({ first: 1, head: { seq: 12 } });
    expect(chain.hashes).toHaveLength(12);
  });

  it('state where a volume differs after the restore, and where this is unknown', async () => {
    const started = (volumeSha256: string | undefined) =>
      aLockoutsEntries.map((entry): NewEntry => {
        if (entry.type !== 'ServersStarted') return entry;
        const databases = (entry.data.databases ?? []).map(({ databaseId, name }) => ({
          databaseId,
          name,
          ...(volumeSha256 ? { volumeSha256 } : {}),
        }));
        return { ...entry, data: { ...entry.data, databases } };
      });

    for (const [digest, same] of [
      ['cd'.repeat(32), false],
      [undefined, null],
    ] as const) {
      const { statement } = await issuing(chainOf(started(digest))).issue();
      expect(statement.lockouts[0]?.restores[0]).toMatchObject({ sameAsStopped: same });
    }
  });

  it('say how the data was kept where a service was ended without a save, on the page as well', async () => {
    const stop = { save: 'append_only_file', end: 'killed', reason: 'script_running' } as const;
    const killed = aLockoutsEntries.map((entry): NewEntry => {
      if (entry.type !== 'ServicesStopped') return entry;
      const databases = (entry.data.databases ?? []).map(({ databaseId, name }) => ({
        databaseId,
        name,
        appendOnlyBytes: 700,
        stop,
      }));
      return { ...entry, data: { ...entry.data, databases } };
    });

    const bundle = await issuing(chainOf(killed)).issue();

    expect(bundle.statement.lockouts[0]?.stops[0]).toMatchObject({ what: 'service', appendOnlyBytes: 700, stop });
    expect(evidencePage(bundle)).toContain('700 bytes</div><div>killed: a script could not be terminated');
  });

  it('are none of what entries from before there were proofs don’t say', async () => {
    const bare = aLockoutsEntries.map((entry) => {
      const { checks: _, databases: __, mails: ___, ...data } = entry.data as Record<string, unknown>;
      return { ...entry, data: entry.type === 'LockoutOpened' ? { ...data, databases: 1 } : data } as NewEntry;
    });
    const [lockout] = (await issuing(chainOf(bare)).issue()).statement.lockouts;

    expect(lockout).toMatchObject({
      opened: { cause: 'key_disabled' },
      checks: [],
      stops: [],
      restores: [],
      triedStarts: [],
    });
    expect(lockout?.mails).toMatchObject([{ to: 'ann@example.com', messageId: null }]);
  });
});

describe('the time that a bundle covers', () => {
  it('is the last 31 days by default, and ends now at the latest', async () => {
    const { issue } = issuing(chainOf(aLockoutsEntries), minute(60));
    expect((await issue()).statement.covers).toEqual({ from: '2026-10-24T12:00:00.000Z', to: minute(60) });
    expect((await issue({ to: '2999-01-01T00:00:00Z', from: minute(0) })).statement.covers.to).toBe(minute(60));
  });

  it('takes in `from` and leaves out `to`, in whatever zone they are written', async () => {
    const { issue } = issuing(chainOf(aLockoutsEntries));
    const { statement } = await issue({ from: '2026-11-24T12:03:00+01:00', to: minute(6) });

    expect(statement.entries.map(({ seq }) => seq)).toEqual([4, 5, 6]);
    expect(statement.chain).toMatchObject({ first: 4, previousHash: chainOf(aLockoutsEntries)[2]?.hash });
    expect(statement.lockouts).toMatchObject([{ opened: null, ended: null }]);
  });

  it('may hold nothing, which is a statement too', async () => {
    const { statement } = await issuing(chainOf(aLockoutsEntries)).issue({ from: minute(20), to: minute(30) });

    expect(statement).toMatchObject({ lockouts: [], entries: [], chain: { first: 0, hashes: [], head: { seq: 12 } } });
    expect(statement.summary).toMatch(/^There was no lockout/);
    expect((await issuing([]).issue()).statement.chain.head).toEqual({ seq: 0, hash: '0'.repeat(64) });
  });

  it('is refused backwards, in the future, and beyond a quarter', async () => {
    const { issue } = issuing(chainOf(aLockoutsEntries));

    await expect(issue({ from: minute(5), to: minute(5) })).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(issue({ from: minute(61) })).rejects.toMatchObject({
      message: expect.stringContaining('is in the future'),
    });
    await expect(issue({ from: '2026-01-01T00:00:00Z', to: '2026-11-01T00:00:00Z' })).rejects.toMatchObject({
      message: expect.stringContaining('Request it until 2026-04-03T00:00:00.000Z'),
    });
  });

  it('is read without what lies before and after it', async () => {
    const chain = chainOf([...neighbours(6000), ...aLockoutsEntries, ...neighbours(6000)]);
    const { issue, reads } = issuing(chain, minute(20_000));

    const { statement } = await issue({ from: minute(6000), to: minute(6012) });

    expect(statement.entries).toHaveLength(11);
    expect(statement.chain).toMatchObject({ first: 6001, head: { seq: 12_012 } });
    expect(reads.entries).toBeLessThan(20);
    expect(reads.pages).toBeLessThan(3);
  });

  it('holds no more than a response can carry, and says until when it does', async () => {
    const chain = chainOf(neighbours(20_500));
    const { issue } = issuing(chain, minute(30_000));
    const refusal = {
      code: 'invalid_request',
      message: expect.stringMatching(/until 2026-.*, and the rest separately/),
    };

    await expect(issue({ from: minute(0) })).rejects.toMatchObject(refusal);

    const noise: NewEntry = {
      type: 'DatabasesHeld',
      actor: sweepActor,
      subject: { keyId: aKey().id, lockoutId: anId('lk', 1) },
      data: {
        arn: aKey().arn,
        held: Array.from({ length: 50 }, (_, index) => ({
          databaseId: anId('db', index),
          reason: 'save_failed',
          detail: 'x'.repeat(500),
        })),
      },
    };
    const loud = chainOf(Array.from({ length: 60 }, () => noise));

    await expect(issuing(loud, minute(100)).issue()).rejects.toMatchObject(refusal);
    expect((await issuing(loud, minute(100)).issue({ to: minute(20) })).statement.entries).toHaveLength(20);
  });
});

it('is found for no key that the team does not have', async () => {
  await expect(issuing([]).issue({ key: 'key_none' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(issuing([]).issue({ teamId, key: anId('key', 2) })).rejects.toMatchObject({ code: 'not_found' });
});
