/** The records in memory and their journal. A change is journalled before it is applied. */
import { join } from 'node:path';
import { type Journal, readJournal, startJournal } from '../journal.ts';
import type { Alias, Change, CustomKeyStore, Grant, KmsKey, Usage } from './records.ts';
import { bySeq, createTables, pair, place, type Tables } from './tables.ts';

export const grantRecordId = pair;

export interface Store {
  findKey(arn: string): KmsKey | undefined;
  findAlias(arn: string): Alias | undefined;
  findGrant(keyArn: string, grantId: string): Grant | undefined;
  allKeys(): Iterable<KmsKey>;
  keysOf(accountId: string, region: string): KmsKey[];
  /** The keys of an account that share an id: one, or those of a multi-Region key. In order of creation. */
  keysWithId(accountId: string, keyId: string): KmsKey[];
  aliasesOf(accountId: string, region: string): Alias[];
  aliasesOfKey(keyArn: string): Alias[];
  grantsOfKey(keyArn: string): Grant[];
  grantCount(keyArn: string): number;
  /** An iterable, since there may be tens of thousands. */
  grantsTo(keyArn: string, granteePrincipal: string): Iterable<Grant>;
  grantsNamed(keyArn: string, name: string): Iterable<Grant>;
  grantsRetirableBy(principal: string): Grant[];
  findUsage(keyArn: string): Usage | undefined;
  findStore(id: string): CustomKeyStore | undefined;
  storesOf(accountId: string, region: string): CustomKeyStore[];
  keysInStore(storeId: string): KmsKey[];
  nextSeq(): number;
  /** Applies all changes or none; durable when it returns. */
  commit(...changes: Change[]): void;
  /** Durable within a minute, or when the store is closed. AWS updates it within an hour. */
  recordUsage(usage: Usage): void;
  /** Called after each commit with its changes. */
  onCommit(listener: (changes: readonly Change[]) => void): void;
  close(): void;
}

/** Opens or creates `kms.jsonl` in the folder. */
export function openStore(dir: string): Store {
  const path = join(dir, 'kms.jsonl');
  const tables = createTables();
  const history = readJournal<Change[]>(path).flat();
  history.forEach(tables.apply);
  let lastSeq = history.reduce((highest, { value }) => Math.max(highest, value && 'seq' in value ? value.seq : 0), 0);
  const journal: Journal<Change[]> = startJournal(path, tables.snapshot());
  let notifyListener: (changes: readonly Change[]) => void = () => undefined;

  const commit: Store['commit'] = (...changes) => {
    journal.append(changes);
    changes.forEach(tables.apply);
    notifyListener(changes);
  };
  const usages = createUsages(tables, commit);

  return {
    findKey: (arn) => tables.keys.records.get(arn),
    findAlias: (arn) => tables.aliases.records.get(arn),
    findGrant: (keyArn, id) => tables.grants.records.get(grantRecordId(keyArn, id)),
    allKeys: () => tables.keys.records.values(),
    keysOf: (accountId, region) => bySeq(tables.keys.byPlace.members(place({ accountId, region }))),
    keysWithId: (accountId, keyId) => bySeq(tables.keys.byId.members(pair(accountId, keyId))),
    aliasesOf: (accountId, region) => bySeq(tables.aliases.byPlace.members(place({ accountId, region }))),
    aliasesOfKey: (keyArn) => bySeq(tables.aliases.byKey.members(keyArn)),
    grantsOfKey: (keyArn) => [...tables.grants.byKey.members(keyArn)],
    grantCount: (keyArn) => tables.grants.byKey.count(keyArn),
    grantsTo: (keyArn, principal) => tables.grants.byGrantee.members(pair(keyArn, principal)),
    grantsNamed: (keyArn, name) => tables.grants.byName.members(pair(keyArn, name)),
    grantsRetirableBy: (principal) => [...tables.grants.byRetirer.members(principal)],
    findUsage: (keyArn) => tables.usages.records.get(keyArn),
    findStore: (id) => tables.stores.records.get(id),
    storesOf: (accountId, region) => bySeq(tables.stores.byPlace.members(place({ accountId, region }))),
    keysInStore: (storeId) => bySeq(tables.keys.byStore.members(storeId)),
    nextSeq: () => ++lastSeq,
    commit,
    recordUsage: usages.note,
    onCommit(listener) {
      notifyListener = listener;
    },
    close() {
      usages.flush((arn) => tables.keys.records.has(arn));
      journal.close();
    },
  };
}

/** Journals a key's use at most once a minute, since it would slow down each use. */
function createUsages(tables: Pick<Tables, 'apply'>, commit: Store['commit']) {
  const unsaved = new Map<string, Usage>();
  const savedAt = new Map<string, number>();
  const changeOf = (usage: Usage) => ({ table: 'usages', id: usage.keyArn, value: usage }) as const;
  return {
    note(usage: Usage) {
      const { keyArn, at } = usage;
      if (at - (savedAt.get(keyArn) ?? -Infinity) >= 60_000) {
        commit(changeOf(usage));
        savedAt.set(keyArn, at);
        unsaved.delete(keyArn);
      } else {
        tables.apply(changeOf(usage));
        unsaved.set(keyArn, usage);
      }
    },
    /** Omits deleted keys. */
    flush(hasKey: (arn: string) => boolean) {
      const changes = [...unsaved.values()].filter(({ keyArn }) => hasKey(keyArn)).map(changeOf);
      if (changes.length > 0) commit(...changes);
    },
  };
}
