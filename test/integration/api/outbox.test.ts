/**
 * A message that is too large for the bus, as an earlier release could have written it, is parked and delays no other
 * message.
 */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Entry, NewEntry } from '#lib/model/entry.ts';
import { messageAddress } from '#lib/model/items/outbox.ts';
import { commit } from '#lib/store/commit.ts';
import { deployedTable } from '#lib/store/table.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import { outboxCommand } from '../../../scripts/deploy/outbox.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

const fiveMinutesAgo = () => new Date(Date.now() - 300_000).toISOString();
const listed = async () =>
  (await outboxCommand({ ids: [], all: false })).map((line) => JSON.parse(line) as { id: string; reason: string });

/** An entry of 300 KB, whose message is pending. */
async function aHugeEntry(): Promise<{ id: string; seq: number }> {
  const { teamId } = platform;
  const entry: NewEntry = {
    type: 'TokenCreated',
    actor: { kind: 'token', id: 'tok_1' },
    subject: {},
    data: { name: 'n', scopes: Array.from({ length: 40_000 }, () => 'read') },
  };
  const [pending] = await commit({ teamId, at: new Date(), changes: [], entries: [entry] });
  if (pending?.effect.kind !== 'event') throw new Error('No event');
  const row = { ...messageAddress(pending.id), ...pending, since: fiveMinutesAgo() };
  await deployedTable.documents.send(new PutCommand({ TableName: deployedTable.name, Item: row }));
  return { id: pending.id, seq: pending.effect.entry.seq };
}

describe('an event of more than 256 KB', () => {
  it('is parked and reported, while other messages are sent; an operator can send it again', async () => {
    const { id, seq } = await aHugeEntry();
    expect(
      (await platform.ask('POST /v1/apps', { body: { name: 'beside-the-big-one', admins: ['admin@example.com'] } }))
        .status,
    ).toBe(201);

    await until('the message is parked', async () => (await listed()).length > 0);
    expect(await listed()).toMatchObject([{ id, message: { kind: 'event', type: 'TokenCreated', seq } }]);
    expect(
      platform.logged.some(
        (line) => line.includes('"message":"An outbox message is parked"') && line.includes('too_large'),
      ),
    ).toBe(true);
    expect(platform.published.some((events) => events.includes('beside-the-big-one'))).toBe(true);
    const entries: Entry[] = await platform.entries();
    expect(entries.some((entry) => entry.seq === seq)).toBe(true);

    expect(await outboxCommand({ ids: [id], all: false })).toEqual([`Sent again by the next sweep: ${id}`]);
    expect(await listed()).toEqual([]);
    await expect(outboxCommand({ ids: [id], all: false })).rejects.toMatchObject({ code: 'not_found' });
  });
});
