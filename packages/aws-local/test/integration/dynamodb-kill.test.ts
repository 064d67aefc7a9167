import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDynamoDb } from '../../src/dynamodb/dynamodb.ts';
import { accessKey, callerOf, platformAccount, region } from '../../test-support/accounts.ts';

let dir: string;
let writer: ChildProcess | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dynamodb-kill-'));
});
afterEach(async () => {
  writer?.kill('SIGKILL');
  await rm(dir, { recursive: true });
});

/** Lets the writer write until it has acknowledged so many, kills it, and answers what it acknowledged. */
async function writeAndKill(count: number): Promise<string[]> {
  const program = fileURLToPath(new URL('./dynamodb-writer.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', program, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  writer = child;
  const exited = once(child, 'exit');
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    if (printed.split('\n').length > count && !child.killed) child.kill('SIGKILL');
  }
  expect((await exited)[1]).toBe('SIGKILL');
  return printed.split('\n').slice(0, -1);
}

async function all(operation: string, input: Record<string, unknown>) {
  const dynamoDb = await createDynamoDb({ dir });
  const items: { pk: { S: string }; part?: { S: string } }[] = [];
  let ExclusiveStartKey: unknown;
  do {
    const call = { operation, caller: callerOf(accessKey(platformAccount)), region, requestId: 'test' };
    const page = (await dynamoDb.call({
      ...call,
      input: { TableName: 'written', ...input, ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}) },
    })) as {
      Items: typeof items;
      LastEvaluatedKey?: unknown;
    };
    items.push(...page.Items);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  await dynamoDb.close();
  return items.filter(({ pk }) => pk.S !== 'ready').map(({ pk }) => pk.S);
}

describe('a killed DynamoDB', () => {
  it.each([1, 40, 333])(
    'holds each transaction whole or not at all, and all that it acknowledged, after %p of them',
    async (count) => {
      const acknowledged = [...(await writeAndKill(count)), ...(await writeAndKill(count))];
      const written = await all('Scan', {});
      const parts = Map.groupBy(written, (key) => key.split('-')[0]);
      expect([...parts.values()].filter(({ length }) => length !== 3)).toEqual([]);
      expect(acknowledged.filter((id) => !parts.has(id))).toEqual([]);
      const indexed = await all('Scan', { IndexName: 'byPart' });
      expect(indexed.toSorted()).toEqual(written.toSorted());
    },
  );
});
