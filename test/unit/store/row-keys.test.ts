/** No text of a caller makes a row key exceed DynamoDB's limits. */
import { describe, expect, it } from '@jest/globals';
import { appStore } from '#lib/store/apps.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { idempotencyStore } from '#lib/store/idempotency.ts';
import { keyStore } from '#lib/store/keys.ts';
import { noticeStore } from '#lib/store/notices.ts';
import { readRows, type Table } from '#lib/store/table.ts';
import { teamStore } from '#lib/store/teams.ts';
import { aLockout, at, teamId } from '#test/support/build.ts';
import { tableOf } from '#test/support/table.ts';

const long = 'ä'.repeat(1500);
type Key = { readonly pk: string; readonly sk: string };
interface Input {
  readonly Key?: Key;
  readonly Item?: Key;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Key[] }>>;
}

/** An empty table that refuses keys as DynamoDB does, and records the requested keys. */
function aTable() {
  const seen: Key[] = [];
  const send = async ({ input }: { input: Input }) => {
    const keys = [
      input.Key ?? input.Item ?? [],
      ...Object.values(input.RequestItems ?? {}).map(({ Keys }) => Keys),
    ].flat();
    for (const { pk, sk } of keys) {
      if (Buffer.byteLength(pk) > 2048 || Buffer.byteLength(sk) > 1024)
        throw Object.assign(new Error(sk), { name: 'ValidationException' });
      seen.push({ pk, sk });
    }
    return {};
  };
  return { seen, table: tableOf(send) };
}

const notice = { teamId, lockoutId: aLockout().id, fact: 'lockout_opened', round: 0 } as const;

describe('a text of 3,000 bytes', () => {
  it.each<[string, (table: Table) => Promise<unknown>]>([
    ['an app', (table) => appStore(table).findApp(teamId, long)],
    ['a space', (table) => appStore(table).findSpace(teamId, long)],
    ['a database', (table) => databaseStore(table).findDatabase(teamId, long)],
    ['a key by its ARN', (table) => keyStore(table).ownerOf(`arn:aws:kms:us-east-1:111122223333:key/${long}`)],
    ['a team', (table) => teamStore(table).teamNamed(long)],
    ['a notice', (table) => noticeStore(table).noticeTo(notice, long)],
  ])('names nothing where %s is looked for', async (_, find) => {
    expect(await find(aTable().table)).toBeNull();
  });

  it('is left out of many', async () => {
    const { seen, table } = aTable();

    expect(
      await readRows(table, [
        { pk: 'TEAM#1', sk: long },
        { pk: 'TEAM#1', sk: 'short' },
      ]),
    ).toEqual([]);
    expect(seen).toEqual([{ pk: 'TEAM#1', sk: 'short' }]);
  });

  it.each<[string, (table: Table) => Promise<unknown>]>([
    ['claims the mail to it', (table) => noticeStore(table).claimNotice(notice, long, { at, known: null })],
    ['is recorded as notified', (table) => noticeStore(table).noticeSent(notice, long, { at, messageId: '1' })],
    [
      'is recorded as not notified',
      (table) =>
        noticeStore(table).noticeFailed(notice, long, { reason: 'failed', since: '', detail: '', inTimeline: false }),
    ],
    [
      'is remembered',
      (table) => idempotencyStore(table).begin({ teamId, operation: 'createApp', key: long, requestHash: '' }, at),
    ],
    [
      'is forgotten',
      (table) => idempotencyStore(table).forget({ teamId, operation: 'createApp', key: long, requestHash: '' }),
    ],
  ])('%s under its hash', async (_, write) => {
    const { seen, table } = aTable();
    await write(table);

    expect(seen.length).toBeGreaterThan(0);
    for (const { sk } of seen) expect(sk).not.toContain('ä');
  });
});

describe('rows from before addresses were hashed', () => {
  it('still record the recipients', async () => {
    const former = {
      pk: `TEAM#${teamId}`,
      sk: `NOTICE#${notice.lockoutId}#lockout_opened#0#ann@example.com`,
      sentAt: at.toISOString(),
    };
    const send = async ({ input }: { input: { Key: Key } }) => ({
      Item: input.Key.sk === former.sk ? former : undefined,
    });
    const { noticeTo, claimNotice } = noticeStore(tableOf(send));

    const known = await noticeTo(notice, 'ann@example.com');

    expect(known).toMatchObject({ sentAt: at.toISOString() });
    expect(await claimNotice(notice, 'ann@example.com', { at, known })).toBe(false);
  });
});
