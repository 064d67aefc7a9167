/** A table in memory that commits are applied to, with the conditions that DynamoDB would check, and that remembers what was recorded. */
import type { App } from '#lib/model/app.ts';
import type { Batch, Database } from '#lib/model/database.ts';
import type { NewEntry } from '#lib/model/entry.ts';
import { appCreated } from '#lib/model/items/apps.ts';
import { assertBounded } from '#lib/model/items/bounds.ts';
import type { Change } from '#lib/model/items/change.ts';
import type { Commit } from '#lib/model/items/commit.ts';
import { databaseCreated } from '#lib/model/items/databases.ts';
import { keyCreated } from '#lib/model/items/keys.ts';
import { lockoutCreated } from '#lib/model/items/lockouts.ts';
import { tokenCreated } from '#lib/model/items/teams.ts';
import type { Key, KeyUse } from '#lib/model/key.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { Effect } from '#lib/model/outbox-message.ts';
import { Problem } from '#lib/model/problem.ts';
import type { Token } from '#lib/model/team.ts';
import { withOneTally } from '#lib/store/change.ts';

type Row = { readonly [name: string]: unknown };

export interface Nouns {
  readonly keys?: readonly Key[];
  readonly lockouts?: readonly Lockout[];
  readonly databases?: readonly Database[];
  readonly apps?: readonly App[];
  readonly tokens?: readonly Token[];
}

const addressOf = (change: Change) => ('address' in change ? change.address : change.row);
const placeOf = ({ pk, sk }: { pk: string; sk: string }) => `${pk} ${sk}`;
/** Source: TransactWriteItems in the DynamoDB API reference. */
function assertDistinct(places: readonly string[]): void {
  if (new Set(places).size < places.length) throw new Error('One row in two changes of a commit');
}
const conflict = () => new Problem('version_mismatch', 'Changed meanwhile');

function appliedTo(rows: Map<string, Row>, change: Change): void {
  const place = placeOf(addressOf(change));
  const now = rows.get(place);
  if (change.kind === 'create' || change.kind === 'replace') rows.set(place, change.row);
  else if (change.kind === 'save') rows.set(place, { ...change.row, version: change.row.version + 1 });
  else if (change.kind === 'remove') rows.delete(place);
  else if (change.kind === 'tally') rows.set(place, { ...now, used: Math.max(0, Number(now?.used ?? 0) + change.by) });
  else if (change.kind === 'count')
    rows.set(place, {
      ...now,
      [change.attribute]: Number(now?.[change.attribute]) + change.by,
      version: Number(now?.version) + 1,
    });
}

function mayApply(rows: Map<string, Row>, change: Change): boolean {
  const now = rows.get(placeOf(addressOf(change)));
  if (change.kind === 'create') return !now;
  if (change.kind === 'count') return Boolean(now);
  if (change.kind === 'tally') return change.by < 0 || Number(now?.used ?? 0) < Number(now?.most ?? change.most);
  if (change.kind === 'expect' || change.kind === 'replace') return now?.[change.attribute] === change.value;
  return isAsRead(now, change);
}

function isAsRead(now: Row | undefined, change: Extract<Change, { kind: 'save' | 'remove' }>): boolean {
  if (change.kind === 'remove' && change.present && !now) return false;
  return change.row.version === undefined || now?.version === change.row.version;
}

export function aLedger({ keys = [], lockouts = [], databases = [], apps = [], tokens = [] }: Nouns = {}) {
  const rows = new Map<string, Row>();
  const commits: Commit[] = [];
  for (const change of [
    ...keys.flatMap(keyCreated),
    ...lockouts.map(lockoutCreated),
    ...databases.flatMap(databaseCreated),
    ...apps.flatMap(appCreated),
    ...tokens.flatMap(tokenCreated),
  ])
    appliedTo(rows, change);

  const found = <T>(prefix: string, fits: (row: T) => boolean): T[] =>
    [...rows]
      .filter(([place]) => place.split(' ')[1]?.startsWith(prefix))
      .map(([, row]) => row as T)
      .filter(fits);
  const byId =
    <T extends { id: string; teamId: string }>(prefix: string) =>
    async (teamId: string, id: string): Promise<T | null> =>
      found<T>(prefix, (row) => row.id === id && row.teamId === teamId)[0] ?? null;
  const onKey = (use: KeyUse) =>
    found<Database>('DB#', ({ keyArn, teamId }) => keyArn === use.keyArn && teamId === use.teamId).sort((a, b) =>
      a.id < b.id ? -1 : 1,
    );

  return {
    commits,
    record: async (given: Commit): Promise<void> => {
      const unit: Commit = { ...given, changes: withOneTally(given.changes) };
      assertBounded(unit);
      assertDistinct(unit.changes.map((change) => placeOf(addressOf(change))));
      for (const change of unit.changes) if (!mayApply(rows, change)) throw change.otherwise ?? conflict();
      for (const change of unit.changes) appliedTo(rows, change);
      commits.push(unit);
    },
    /** As somebody else's write in between would do. */
    touch: (prefix: string): void => {
      for (const [place, row] of rows)
        if (place.split(' ')[1]?.startsWith(prefix)) rows.set(place, { ...row, version: Number(row.version) + 1 });
    },
    entries: (): NewEntry[] => commits.flatMap(({ entries }) => [...entries]),
    effects: (): Effect[] => commits.flatMap(({ effects = [] }) => [...effects]),
    all: <T>(prefix: string): T[] => found<T>(prefix, () => true),
    keyById: byId<Key>('KEY#'),
    lockoutById: byId<Lockout>('LOCKOUT#'),
    databaseById: byId<Database>('DB#'),
    databasesOnKey: async (use: KeyUse, { after, limit }: { after?: string | null | undefined; limit: number }) => {
      const rest = onKey(use).filter(({ id }) => !after || id > after);
      const items = rest.slice(0, limit);
      return { items, cursor: rest.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
    batchOnKey: async (use: KeyUse, { after, upTo }: Batch) =>
      onKey(use).filter(({ id }) => (after === null || id > after) && (upTo === null || id <= upTo)),
    listDatabases: async (teamId: string) => ({
      items: found<Database>('DB#', (each) => each.teamId === teamId),
      cursor: null,
    }),
    findApp: async (teamId: string, nameOrId: string): Promise<App | null> =>
      found<App>('APP#', (app) => app.teamId === teamId && (app.id === nameOrId || app.name === nameOrId))[0] ?? null,
    appsById: async (teamId: string, ids: readonly string[]) =>
      found<App>('APP#', (app) => app.teamId === teamId && ids.includes(app.id)),
    findDatabase: async (teamId: string, nameOrId: string): Promise<Database | null> =>
      found<Database>('DB#', (each) => each.teamId === teamId && (each.id === nameOrId || each.name === nameOrId))[0] ??
      null,
  };
}
export type Ledger = ReturnType<typeof aLedger>;
