/**
 * Invariants of each action of the fleet: a service is stopped and a server terminated only if the records allow it.
 */
import type { Database } from '#lib/model/database.ts';
import type { Key } from '#lib/model/key.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { Server, Watch } from '#simulation/fleet.ts';
import type { SimulatedKms } from '#simulation/kms.ts';
import type { Row } from '#simulation/memory-table.ts';
import type { SimulatedTable } from '#simulation/table.ts';
import type { VirtualTime } from '#simulation/virtual-time.ts';

interface WatchInput {
  readonly time: VirtualTime;
  readonly table: SimulatedTable;
  readonly kms: SimulatedKms;
  readonly breach: (what: string) => void;
}

export const databaseOf = (
  table: SimulatedTable,
  { teamId, databaseId }: Pick<Server, 'teamId' | 'databaseId'>,
): Database | undefined => table.row(`TEAM#${teamId}`, `DB#${databaseId}`) as unknown as Database | undefined;

function lockoutOf(
  table: SimulatedTable,
  { teamId, keyId }: { teamId: string; keyId: string | null },
): Lockout | undefined {
  const key = table.row(`TEAM#${teamId}`, `KEY#${keyId}`) as unknown as Key | undefined;
  return key?.lockoutId
    ? (table.row(`TEAM#${teamId}`, `LOCKOUT#${key.lockoutId}`) as unknown as Lockout | undefined)
    : undefined;
}

/** A key that was unusable within this time may still be seen so. */
const visibilityDelayMs = 10_000;

export function createWatch({ time, table, kms, breach }: WatchInput): Watch {
  const lastUnusable = (arn: string): number => {
    const key = kms.keys.get(arn);
    return kms.isUsable(arn) ? (key?.since ?? 0) : time.millis();
  };
  return {
    breach,
    beforeStop: (server) => {
      const database = databaseOf(table, server);
      const lockout = database && lockoutOf(table, database);
      if (!database || !lockout) return breach(`${server.databaseId} is stopped though nothing is locked out`);
      const deadline = Date.parse(lockout.deadline);
      if (time.millis() < deadline) breach(`${server.databaseId} is stopped before the deadline of ${lockout.id}`);
      if (lastUnusable(server.keyArn) + visibilityDelayMs < deadline)
        breach(`${server.databaseId} is stopped under a key that came back before the deadline`);
      if (lockout.state.startsWith('start'))
        breach(`${server.databaseId} is stopped while ${lockout.id} is ${lockout.state}`);
    },
    beforeTerminate: (server) => {
      const status = databaseOf(table, server)?.status ?? 'gone';
      if (!['creating', 'failed', 'destroying', 'gone'].includes(status))
        breach(`${server.databaseId} is terminated though it is ${status}`);
    },
  };
}

/** Reports a breach if a notice that was recorded as sent is claimed again. */
export function watchNotices(breach: (what: string) => void): (row: Row) => void {
  const sent = new Set<string>();
  return ({ pk, sk, sentAt }) => {
    if (!sk.startsWith('NOTICE#')) return;
    if (sentAt) sent.add(pk + sk);
    else if (sent.has(pk + sk)) breach(`${sk} is notified again`);
  };
}
