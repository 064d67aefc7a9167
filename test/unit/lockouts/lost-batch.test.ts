/** A batch in which every database is lost, which is the largest write of a batch. */
import { describe, expect, it } from '@jest/globals';
import { driveBatch } from '#lib/lockouts/batch.ts';
import type { Database } from '#lib/model/database.ts';
import type { Fleet, Outcome } from '#lib/model/fleet.ts';
import { aKey, aLockout, anUnusableKey, at, databases, teamId } from '#test/support/build.ts';
import { aLedger } from '#test/support/ledger.ts';

const input = { teamId, keyId: aKey().id, lockoutId: aLockout().id, run: 1, batch: { after: null, upTo: null } };

/** Every server's start ends with this result. The ledger refuses a commit that DynamoDB would refuse. */
function scene(count: number, outcomeOf: (serverId: string) => Outcome) {
  const rows = databases(count, { status: 'starting', service: 'stopped', server: 'stopped' });
  const ledger = aLedger({ keys: [anUnusableKey({ lockoutId: aLockout().id })], databases: rows });
  const fleet = async () =>
    ({ startServers: async (ids: readonly string[]) => ids.map(outcomeOf) }) as unknown as Fleet;
  const lockout = aLockout({ state: 'starting_servers' });
  const drive = () =>
    driveBatch({ ...ledger, lockoutById: async () => lockout, fleet, now: () => at }, 'start-servers')(input);
  return { ledger, drive };
}

describe('a batch that loses all its databases', () => {
  it.each([32, 33, 50, 120])('ends with %i of them: each is reported once', async (count) => {
    const detail = 'The volume can not be opened. '.repeat(20);
    const { ledger, drive } = scene(count, (serverId) => ({
      serverId,
      state: 'failed',
      reason: 'volume_damaged',
      detail,
    }));
    await drive();
    const recorded = ledger
      .entries()
      .flatMap(({ type, subject }) => (type === 'DatabaseFailed' ? [subject.databaseId] : []));

    expect(recorded.sort()).toEqual(databases(count).map(({ id }) => id));
    expect(ledger.all<Database>('DB#').every(({ status }) => status === 'failed')).toBe(true);
    expect(ledger.effects().every(({ kind }) => kind === 'notice')).toBe(true);
    expect(await drive()).toEqual({ done: 0 });
  });

  it('says how many a phase brought through, also where they are written in several transactions', async () => {
    const { ledger, drive } = scene(50, (serverId) => ({ serverId, state: 'done' }));
    expect(await drive()).toEqual({ done: 50 });

    const counts = ledger.entries().flatMap((entry) => (entry.type === 'ServersStarted' ? [entry.data] : []));
    expect(counts.reduce((sum, { count, databases: proofs = [] }) => sum + count + proofs.length, 0)).toBe(100);
  });
});
