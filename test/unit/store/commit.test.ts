/** Concurrent commits of one process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import type { Commit } from '#lib/model/items/commit.ts';
import { commitTo } from '#lib/store/commit.ts';
import { tableOf } from '#test/support/table.ts';

/** A table with only the heads of chains, with slow responses, which counts the transactions that it refuses. */
function aTable() {
  const heads = new Map<string, { seq: number; hash: string }>();
  const counts = { refused: 0, written: 0 };
  const write = (
    items: readonly { Put?: { Item?: Record<string, unknown>; ExpressionAttributeValues?: Record<string, unknown> } }[],
  ) => {
    const head = items.find(({ Put }) => Put?.Item?.sk === 'HEAD')?.Put;
    const pk = String(head?.Item?.pk);
    if ((heads.get(pk)?.seq ?? undefined) !== head?.ExpressionAttributeValues?.[':seq']) {
      counts.refused += 1;
      const CancellationReasons = items.map(({ Put }) => ({ Code: Put === head ? 'ConditionalCheckFailed' : 'None' }));
      throw new TransactionCanceledException({ $metadata: {}, message: 'cancelled', CancellationReasons });
    }
    heads.set(pk, { seq: Number(head?.Item?.seq), hash: String(head?.Item?.hash) });
    counts.written += 1;
    return {};
  };
  const send = async ({ input }: { input: { Key?: { pk: string }; TransactItems?: Parameters<typeof write>[0] } }) => {
    await sleep(1);
    return input.TransactItems ? write(input.TransactItems) : { Item: heads.get(input.Key?.pk ?? '') };
  };
  return { counts, table: tableOf(send) };
}

const unit = (teamId: string): Commit => ({
  teamId,
  at: new Date('2026-01-01T00:00:00Z'),
  changes: [],
  entries: [{ type: 'TeamCreated', actor: { kind: 'workflow', id: 'test' }, subject: {}, data: { name: teamId } }],
});

describe('commits of one process', () => {
  it('are serialised within a team: hundreds at once are written, and none loses a race', async () => {
    const { counts, table } = aTable();
    const commit = commitTo(table);
    await Promise.all(Array.from({ length: 200 }, (_, n) => commit(unit(n % 2 === 0 ? 'team_a' : 'team_b'))));

    expect(counts).toEqual({ refused: 0, written: 200 });
  });
});

describe('a change without an entry', () => {
  it('is written by one request, without the chain’s head', async () => {
    const sent: object[] = [];
    const send = async ({ input }: { input: object }) => {
      sent.push(input);
      return {};
    };
    await commitTo(tableOf(send))({
      ...unit('team_c'),
      entries: [],
      changes: [{ kind: 'create', row: { pk: 'a', sk: 'b' } }],
    });

    expect(sent).toEqual([
      expect.objectContaining({ TransactItems: [expect.objectContaining({ Put: expect.anything() })] }),
    ]);
  });
});
