/** The number of AWS calls of an operation, counted in the SDK, against the minimum for the layout of the table. */
import { join } from 'node:path';
import { withAws } from './requests/aws.ts';
import { callsOfOperations } from './requests/operations.ts';
import type { Measurement, Row } from './row.ts';

interface Least {
  readonly calls: number;
  readonly why: string;
  /** Why the operation needs more calls. */
  readonly more?: string;
}

/**
 * The calls of every change: read the head of the team's chain, one transaction, send the event, delete the outbox
 * message.
 */
const change = 4;
/**
 * The calls of a key check: one for each needed action, and the rotation status (docs/design/002-checking-a-key.md).
 */
const check = 10;
/** What the readiness of a key rests on (lib/keys/readiness-facts.ts). */
const facts = 5;
const byName = 'the row of its name, its own row';

/** By the key of the function in serverless.yml. */
const least: Readonly<Record<string, Least>> = {
  registerKey: { calls: 1 + check + change, why: 'the row of the ARN, a check, a change' },
  getKey: { calls: 1, why: 'its row' },
  listKeys: { calls: 1, why: 'a page' },
  checkKey: {
    calls: 1 + check + facts + 2,
    why:
      'its row, a check, its databases, delivery proofs, contacts, mail domains and newest backup, the row with ' +
      'the expected delivery proof; no event, since nothing changed',
  },
  createDatabase: {
    calls: 2 + 2 + 1 + change,
    why: `the app (${byName}), the key (the row of its ARN, its own row), its password encrypted, a change`,
    more: 'a name that is taken is refused before the key is registered',
  },
  getDatabase: { calls: 2, why: byName },
  listDatabases: { calls: 1, why: 'a page' },
  getImpact: {
    calls: 5,
    why: 'the key; its databases, its backups and its lockouts; the followers of its databases: a page each',
  },
  renameDatabase: { calls: 2 + change, why: `${byName}, a change` },
  createSpace: { calls: change, why: 'a change' },
  createApp: { calls: 2 + change, why: `the space (${byName}), a change` },
  getApp: { calls: 2, why: byName },
  createToken: { calls: change, why: 'a change' },
  listTimeline: { calls: 1, why: 'a page' },
  listLockouts: { calls: 1, why: 'a page' },
};

export const row: Row = {
  key: 'round-trips',
  title: 'Round trips to AWS',
  measure: (say) =>
    withAws(async (world) => {
      say(`asking for ${Object.keys(least).length} operations`);
      const calls = await callsOfOperations(world, join(import.meta.dirname, '..'));
      return [...calls].map(([key, { length }]) => judged(key, length));
    }),
};

function judged(key: string, calls: number): Measurement {
  const known = least[key];
  if (!known) throw new Error(`Add ${key} to the operations with a known number of calls, in bench/round-trips.ts.`);
  const equal = calls === known.calls;
  return {
    ...{ name: key, value: calls, unit: 'calls', baseline: known.calls, ratio: calls / known.calls },
    target: 'equal, or the reason',
    met: equal || (known.more !== undefined && calls === known.calls + 1),
    note: `${known.why}${!equal && known.more ? `; one more, since ${known.more}` : ''}`,
  };
}
