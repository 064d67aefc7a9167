/** No text of a caller makes a row key exceed DynamoDB's limits. */
import { describe, expect, it } from '@jest/globals';
import { appStore } from '#lib/store/apps.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { idempotencyStore } from '#lib/store/idempotency.ts';
import { keyStore } from '#lib/store/keys.ts';
import { noticeStore } from '#lib/store/notices.ts';
import { readRows } from '#lib/store/table.ts';
import { teamStore } from '#lib/store/teams.ts';
import { aLockout, at, teamId } from '#test/support/build.ts';
import { useTable, withTableName } from '#test/support/table.ts';

const long = 'ä'.repeat(1500);
type Key = { readonly pk: string; readonly sk: string };
interface Input {
  readonly Key?: Key;
  readonly Item?: Key;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Key[] }>>;
}

/** An empty table that refuses keys as DynamoDB does, and records the requested keys. */
function aTable(): Key[] {
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
  useTable(send);
  return seen;
}

withTableName();

const notice = { teamId, lockoutId: aLockout().id, fact: 'lockout_opened', round: 0 } as const;

describe('a text of 3,000 bytes', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['an app', () => appStore().findApp(teamId, long)],
    ['a space', () => appStore().findSpace(teamId, long)],
    ['a database', () => databaseStore().findDatabase(teamId, long)],
    ['a key by its ARN', () => keyStore().ownerOf(`arn:aws:kms:us-east-1:111122223333:key/${long}`)],
    ['a team', () => teamStore().teamNamed(long)],
    ['a notice', () => noticeStore().noticeTo(notice, long)],
  ])('names nothing where %s is looked for', async (_, find) => {
    aTable();
    expect(await find()).toBeNull();
  });

  it('is left out of many', async () => {
    const seen = aTable();

    expect(
      await readRows([
        { pk: 'TEAM#1', sk: long },
        { pk: 'TEAM#1', sk: 'short' },
      ]),
    ).toEqual([]);
    expect(seen).toEqual([{ pk: 'TEAM#1', sk: 'short' }]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['claims the mail to it', () => noticeStore().claimNotice(notice, long, { at, known: null })],
    ['is noted as told', () => noticeStore().noticeSent(notice, long, { at, messageId: '1' })],
    [
      'is noted as not told',
      () => noticeStore().noticeFailed(notice, long, { reason: 'failed', since: '', detail: '', inTimeline: false }),
    ],
    [
      'is remembered',
      () => idempotencyStore().begin({ teamId, operation: 'createApp', key: long, requestHash: '' }, at),
    ],
    ['is forgotten', () => idempotencyStore().forget({ teamId, operation: 'createApp', key: long, requestHash: '' })],
  ])('%s under its hash', async (_, write) => {
    const seen = aTable();
    await write();

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
    useTable(send);

    const known = await noticeStore().noticeTo(notice, 'ann@example.com');

    expect(known).toMatchObject({ sentAt: at.toISOString() });
    expect(await noticeStore().claimNotice(notice, 'ann@example.com', { at, known })).toBe(false);
  });
});
