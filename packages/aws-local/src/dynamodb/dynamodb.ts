/**
 * DynamoDB on disk: expressions, queries and tables by dynalite, plus transactions, time to live, and atomic writes
 * across a kill. Each account has its own tables.
 * Does not: support several regions, streams, backups, PartiQL, global tables, capacity limits or throttling; return
 * stale data for eventually consistent reads.
 */
import { join } from 'node:path';
import { defaultRegion } from '../accounts.ts';
import { type Call, type ServiceEmulator, unknownOperation } from '../protocol.ts';
import type { Members } from './dynalite.ts';
import { type Engine, openEngine } from './engine.ts';
import { keyedRead, passThrough } from './reads.ts';
import { singleWrite } from './single-write.ts';
import { createTable, deleteTable, repairTables, updateTable } from './table-changes.ts';
import { describeTimeToLive, sweep, updateTimeToLive } from './time-to-live.ts';
import { transactGet } from './transact-get.ts';
import { transactWrite } from './transact-write.ts';

type Operation = (engine: Engine, input: Members) => Promise<unknown>;

const operations = new Map<string, Operation>([
  ...['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'].map((name): [string, Operation] => [
    name,
    singleWrite(name),
  ]),
  ...['GetItem', 'BatchGetItem'].map((name): [string, Operation] => [name, keyedRead(name)]),
  ...['Query', 'Scan', 'DescribeTable', 'ListTables', 'TagResource', 'UntagResource', 'ListTagsOfResource'].map(
    (name): [string, Operation] => [name, passThrough(name)],
  ),
  ['CreateTable', createTable],
  ['UpdateTable', updateTable],
  ['DeleteTable', deleteTable],
  ['TransactWriteItems', transactWrite],
  ['TransactGetItems', transactGet],
  ['UpdateTimeToLive', updateTimeToLive],
  ['DescribeTimeToLive', describeTimeToLive],
]);

export interface DynamoDbOptions {
  readonly dir: string;
  /** Of the tables' ARNs. */
  readonly region?: string;
  /** Accounts whose tables are opened at the start; those of other accounts are opened at the first call. */
  readonly accounts?: readonly string[];
  readonly now?: () => Date;
  /** Milliseconds between sweeps of expired items. */
  readonly sweepEvery?: number;
}

export async function createDynamoDb({
  dir,
  region = defaultRegion,
  accounts = [],
  now = () => new Date(),
  sweepEvery = 30_000,
}: DynamoDbOptions): Promise<ServiceEmulator> {
  const engines = new Map<string, Promise<Engine>>();
  let sweeping: Promise<unknown> = Promise.resolve();
  let closed = false;

  const sweepAll = async () => {
    for (const engine of await Promise.all(engines.values())) if (!closed) await sweep(engine);
  };
  const open = async (accountId: string) => {
    const engine = await openEngine({ dir: join(dir, accountId), accountId, region, now });
    await repairTables(engine);
    return engine;
  };
  const engineOf = (accountId: string) => {
    const engine = engines.get(accountId) ?? open(accountId);
    engines.set(accountId, engine);
    return engine;
  };
  const sweepSoon = () => {
    sweeping = sweeping
      .then(sweepAll)
      .catch((error: unknown) => console.error('Expired items could not be removed', error));
  };

  await Promise.all(accounts.map(engineOf));
  sweepSoon();
  const timer = setInterval(sweepSoon, sweepEvery).unref();

  return {
    async call({ operation, input, caller }: Call) {
      const run = operations.get(operation);
      if (!run) throw unknownOperation(operation);
      return (await run(await engineOf(caller.accountId), input)) || {};
    },
    async close() {
      closed = true;
      clearInterval(timer);
      await sweeping;
      for (const engine of await Promise.all(engines.values())) await engine.close();
    },
  };
}
