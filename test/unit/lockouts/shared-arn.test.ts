/** A lockout affects only its own team's databases. */
import { expect, it } from '@jest/globals';
import { driveBatch } from '#lib/lockouts/batch.ts';
import type { Database } from '#lib/model/database.ts';
import type { Fleet } from '#lib/model/fleet.ts';
import { aDatabase, aLockout, anId, anUnusableKey, at, teamId } from '#test/support/build.ts';
import { aLedger } from '#test/support/ledger.ts';

it("a lockout stops its own team's databases and none of another team under the same ARN", async () => {
  const theirs = aDatabase({ id: anId('db', 2), teamId: 'team_other', name: 'theirs', serverId: anId('srv', 2) });
  const lockout = aLockout({ state: 'stopping_services' });
  const ledger = aLedger({ keys: [anUnusableKey({ lockoutId: lockout.id })], databases: [aDatabase(), theirs] });
  const calls: string[] = [];
  const stopServices = async (ids: readonly string[]) => {
    calls.push(...ids);
    return ids.map((serverId) => ({ serverId, state: 'done' as const }));
  };
  const fleet = async () => ({ stopServices, describe: async () => [] }) as unknown as Fleet;
  const drive = driveBatch({ ...ledger, lockoutById: async () => lockout, fleet, now: () => at }, 'stop-services');

  await drive({ teamId, keyId: lockout.keyId, lockoutId: lockout.id, run: 1, batch: { after: null, upTo: null } });

  expect(calls).toEqual([anId('srv', 1)]);
  const statuses = Object.fromEntries(ledger.all<Database>('DB#').map(({ name, status }) => [name, status]));
  expect(statuses).toMatchObject({ theirs: 'available' });
});
