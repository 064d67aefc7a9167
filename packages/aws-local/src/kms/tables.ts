/** The records in memory, with indices for look-ups and authorization. */
import type { Alias, Change, CustomKeyStore, Grant, KmsKey, Usage } from './records.ts';

/** Records by an attribute. Members of a group are in insertion order. */
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

function createTable<T>(indices: readonly Index<T>[]) {
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

export const place = ({ accountId, region }: { accountId: string; region: string }) => `${accountId}/${region}`;
export const pair = (keyArn: string, other: string) => `${keyArn} ${other}`;
const grantId = (grant: Grant) => pair(grant.keyArn, grant.grantId);
export const bySeq = <T extends { readonly seq: number }>(records: Iterable<T>) =>
  [...records].sort((a, b) => a.seq - b.seq);

function createKeys() {
  const byPlace = createIndex<KmsKey>(place, ({ arn }) => arn);
  const byId = createIndex<KmsKey>(
    ({ accountId, keyId }) => pair(accountId, keyId),
    ({ arn }) => arn,
  );
  const byStore = createIndex<KmsKey>(
    ({ customKeyStoreId = null }) => customKeyStoreId,
    ({ arn }) => arn,
  );
  return { ...createTable<KmsKey>([byPlace, byId, byStore]), byPlace, byId, byStore };
}

function createAliases() {
  const byPlace = createIndex<Alias>(place, ({ arn }) => arn);
  const byKey = createIndex<Alias>(
    (alias) => alias.targetKeyArn,
    ({ arn }) => arn,
  );
  return { ...createTable<Alias>([byPlace, byKey]), byPlace, byKey };
}

function createGrants() {
  const byKey = createIndex<Grant>((grant) => grant.keyArn, grantId);
  const byGrantee = createIndex<Grant>((grant) => pair(grant.keyArn, grant.granteePrincipal), grantId);
  const byName = createIndex<Grant>((grant) => grant.name && pair(grant.keyArn, grant.name), grantId);
  const byRetirer = createIndex<Grant>((grant) => grant.retiringPrincipal, grantId);
  return {
    ...createTable<Grant>([byKey, byGrantee, byName, byRetirer]),
    ...{ byKey, byGrantee, byName, byRetirer },
  };
}

function createStores() {
  const byPlace = createIndex<CustomKeyStore>(place, ({ id }) => id);
  return { ...createTable<CustomKeyStore>([byPlace]), byPlace };
}

export function createTables() {
  const tables = {
    keys: createKeys(),
    grants: createGrants(),
    aliases: createAliases(),
    usages: createTable<Usage>([]),
    stores: createStores(),
  };
  return {
    ...tables,
    apply(change: Change) {
      if (change.table === 'keys') tables.keys.put(change.id, change.value);
      else if (change.table === 'grants') tables.grants.put(change.id, change.value);
      else if (change.table === 'aliases') tables.aliases.put(change.id, change.value);
      else if (change.table === 'usages') tables.usages.put(change.id, change.value);
      else tables.stores.put(change.id, change.value);
    },
    snapshot: (): Change[][] => [
      ...[...tables.keys.records].map(([id, value]): Change[] => [{ table: 'keys', id, value }]),
      ...[...tables.grants.records].map(([id, value]): Change[] => [{ table: 'grants', id, value }]),
      ...[...tables.aliases.records].map(([id, value]): Change[] => [{ table: 'aliases', id, value }]),
      ...[...tables.usages.records].map(([id, value]): Change[] => [{ table: 'usages', id, value }]),
      ...[...tables.stores.records].map(([id, value]): Change[] => [{ table: 'stores', id, value }]),
    ],
  };
}

export type Tables = ReturnType<typeof createTables>;
