/**
 * The records in memory, with the indices that finding and authorising need, kept in step with the journal: written
 * first, then applied.
 */
import { join } from 'node:path';
import { type Journal, readJournal, startJournal } from '../journal.ts';
import type { Alias, Change, Grant, KmsKey } from './records.ts';

export interface Store {
  findKey(arn: string): KmsKey | undefined;
  findAlias(arn: string): Alias | undefined;
  findGrant(keyArn: string, grantId: string): Grant | undefined;
  allKeys(): Iterable<KmsKey>;
  keysOf(accountId: string, region: string): KmsKey[];
  /** The keys of an account that share an id: those of a multi-Region key, or one. In order of creation. */
  keysWithId(accountId: string, keyId: string): KmsKey[];
  aliasesOf(accountId: string, region: string): Alias[];
  aliasesOfKey(keyArn: string): Alias[];
  grantsOfKey(keyArn: string): Grant[];
  grantCount(keyArn: string): number;
  /** One by one, since there may be tens of thousands of them. */
  grantsTo(keyArn: string, granteePrincipal: string): Iterable<Grant>;
  grantsNamed(keyArn: string, name: string): Iterable<Grant>;
  grantsRetirableBy(principal: string): Grant[];
  nextSeq(): number;
  /** All or none of the changes, for good. */
  commit(...changes: Change[]): void;
  /** Called after each commit, with its changes. */
  onCommit(listener: (changes: readonly Change[]) => void): void;
  close(): void;
}

/** Records by an attribute; a group's members keep the order in which they were added. */
function createIndex<T>(groupOf: (record: T) => string | null, idOf: (record: T) => string) {
  const groups = new Map<string, Map<string, T>>();
  return {
    remove(record: T) {
      const members = groups.get(groupOf(record) ?? '');
      members?.delete(idOf(record));
      if (members?.size === 0) groups.delete(groupOf(record) ?? '');
    },
    put(record: T) {
      const group = groupOf(record);
      if (group === null) return;
      const members = groups.get(group) ?? new Map<string, T>();
      groups.set(group, members.set(idOf(record), record));
    },
    count: (group: string) => groups.get(group)?.size ?? 0,
    members: (group: string): Iterable<T> => groups.get(group)?.values() ?? [],
  };
}

type Index<T> = Pick<ReturnType<typeof createIndex<T>>, 'put' | 'remove'>;

function createTable<T extends { readonly seq: number }>(indices: readonly Index<T>[]) {
  const records = new Map<string, T>();
  function remove(id: string) {
    const record = records.get(id);
    if (record === undefined) return;
    records.delete(id);
    for (const index of indices) index.remove(record);
  }
  return {
    records,
    put(id: string, value: T | null) {
      remove(id);
      if (value === null) return;
      records.set(id, value);
      for (const index of indices) index.put(value);
    },
  };
}

const place = ({ accountId, region }: { accountId: string; region: string }) => `${accountId}/${region}`;
const pair = (keyArn: string, other: string) => `${keyArn} ${other}`;
export const grantRecordId = pair;
const grantId = (grant: Grant) => grantRecordId(grant.keyArn, grant.grantId);
const bySeq = <T extends { readonly seq: number }>(records: Iterable<T>) => [...records].sort((a, b) => a.seq - b.seq);

function createTables() {
  const keysByPlace = createIndex<KmsKey>(place, ({ arn }) => arn);
  const keysById = createIndex<KmsKey>(
    ({ accountId, keyId }) => pair(accountId, keyId),
    ({ arn }) => arn,
  );
  const aliasesByPlace = createIndex<Alias>(place, ({ arn }) => arn);
  const aliasesByKey = createIndex<Alias>(
    (alias) => alias.targetKeyArn,
    ({ arn }) => arn,
  );
  const grantsByKey = createIndex<Grant>((grant) => grant.keyArn, grantId);
  const grantsByGrantee = createIndex<Grant>((grant) => pair(grant.keyArn, grant.granteePrincipal), grantId);
  const grantsByName = createIndex<Grant>((grant) => grant.name && pair(grant.keyArn, grant.name), grantId);
  const grantsByRetirer = createIndex<Grant>((grant) => grant.retiringPrincipal, grantId);
  const keys = createTable<KmsKey>([keysByPlace, keysById]);
  const aliases = createTable<Alias>([aliasesByPlace, aliasesByKey]);
  const grants = createTable<Grant>([grantsByKey, grantsByGrantee, grantsByName, grantsByRetirer]);
  return {
    ...{
      keys,
      aliases,
      grants,
      keysByPlace,
      keysById,
      aliasesByPlace,
      aliasesByKey,
      grantsByKey,
      grantsByGrantee,
      grantsByName,
      grantsByRetirer,
    },
    apply(change: Change) {
      if (change.table === 'keys') keys.put(change.id, change.value);
      else if (change.table === 'grants') grants.put(change.id, change.value);
      else aliases.put(change.id, change.value);
    },
    snapshot: (): Change[][] => [
      ...[...keys.records].map(([id, value]): Change[] => [{ table: 'keys', id, value }]),
      ...[...grants.records].map(([id, value]): Change[] => [{ table: 'grants', id, value }]),
      ...[...aliases.records].map(([id, value]): Change[] => [{ table: 'aliases', id, value }]),
    ],
  };
}

/** Opens or makes `kms.jsonl` in the folder. */
export function openStore(dir: string): Store {
  const path = join(dir, 'kms.jsonl');
  const tables = createTables();
  const history = readJournal<Change[]>(path).flat();
  history.forEach(tables.apply);
  let lastSeq = history.reduce((highest, { value }) => Math.max(highest, value?.seq ?? 0), 0);
  const journal: Journal<Change[]> = startJournal(path, tables.snapshot());
  let committed: (changes: readonly Change[]) => void = () => undefined;

  return {
    findKey: (arn) => tables.keys.records.get(arn),
    findAlias: (arn) => tables.aliases.records.get(arn),
    findGrant: (keyArn, id) => tables.grants.records.get(grantRecordId(keyArn, id)),
    allKeys: () => tables.keys.records.values(),
    keysOf: (accountId, region) => bySeq(tables.keysByPlace.members(place({ accountId, region }))),
    keysWithId: (accountId, keyId) => bySeq(tables.keysById.members(pair(accountId, keyId))),
    aliasesOf: (accountId, region) => bySeq(tables.aliasesByPlace.members(place({ accountId, region }))),
    aliasesOfKey: (keyArn) => bySeq(tables.aliasesByKey.members(keyArn)),
    grantsOfKey: (keyArn) => [...tables.grantsByKey.members(keyArn)],
    grantCount: (keyArn) => tables.grantsByKey.count(keyArn),
    grantsTo: (keyArn, principal) => tables.grantsByGrantee.members(pair(keyArn, principal)),
    grantsNamed: (keyArn, name) => tables.grantsByName.members(pair(keyArn, name)),
    grantsRetirableBy: (principal) => [...tables.grantsByRetirer.members(principal)],
    nextSeq: () => ++lastSeq,
    commit(...changes) {
      journal.append(changes);
      changes.forEach(tables.apply);
      committed(changes);
    },
    onCommit(listener) {
      committed = listener;
    },
    close: () => journal.close(),
  };
}
