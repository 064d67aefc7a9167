/** The timeline's filters, pages and verification, over the API. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import type { Entry } from '#lib/model/entry.ts';
import { aPlatform, type Platform, pagesOf } from '#test/support/cloud.ts';
import { verifyExport } from '../../../scripts/verify-timeline.ts';
import { aServingDatabase, type DatabaseResponse } from './preconditions.ts';

let platform: Platform;
let ledger: DatabaseResponse;
let other: DatabaseResponse;
beforeAll(async () => {
  platform = await aPlatform();
  ledger = await aServingDatabase(platform, { key: await platform.keyOfCustomer(), name: 'ledger' });
  other = await aServingDatabase(platform, { key: await platform.keyOfCustomer(), name: 'other' });
});
afterAll(() => platform.close());

/** Every entry under a filter, by pages of two. */
async function filtered(query: string): Promise<Entry[]> {
  const items: Entry[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { status, body } = await platform.ask(
      `GET /v1/timeline?limit=2&${query}${cursor ? `&cursor=${cursor}` : ''}`,
    );
    expect(status).toBe(200);
    items.push(...(body.items as Entry[]));
    cursor = body.cursor as string | null;
  }
  return items;
}
const typesOf = (entries: readonly Entry[]) => entries.map(({ type }) => type);
const all = () => pagesOf<Entry>(platform.ask, '/v1/timeline');

/**
 * The entries of a later reading that existed when `earlier` was read, newest first: checks and events may have added
 * entries since.
 */
const asOf = (earlier: readonly unknown[], later: readonly Entry[]) => later.slice(-earlier.length);

describe('the timeline', () => {
  it('is filtered by key, database and actor, and the pages together have it all', async () => {
    const entries = await all();
    const keyId = ledger.key?.id ?? '';
    const ofKey = entries.filter(({ subject }) => subject.keyId === keyId);

    expect(asOf(ofKey, await filtered(`key=${keyId}`))).toEqual(ofKey);
    expect(typesOf(await filtered('database=ledger'))).toEqual(['DatabaseCreated', 'GrantCreated', 'DatabaseCreating']);
    expect(await filtered(`database=${other.id}`)).toHaveLength(3);
    expect(typesOf(await filtered(`database=ledger&actor=token`))).toEqual(['DatabaseCreating']);
    expect(typesOf(await filtered('actor=provision-database&database=other'))).toEqual([
      'DatabaseCreated',
      'GrantCreated',
    ]);
  });

  it('is filtered by time', async () => {
    const entries = await all();
    const middle = entries[Math.floor(entries.length / 2)]?.at ?? '';
    const [before, after] = [await filtered(`to=${middle}`), await filtered(`from=${middle}`)];

    expect(asOf(entries, [...after, ...before])).toEqual(entries);
  });

  it('is listed for one key, and not for another team’s', async () => {
    const { body } = await platform.ask<{ items: Entry[] }>(`GET /v1/keys/${ledger.key?.id}/timeline?limit=100`);
    expect(body.items).toEqual(asOf(body.items, await filtered(`key=${ledger.key?.id}`)));
    expect(await platform.ask('GET /v1/keys/key_00000000000000000000000000/timeline')).toBeProblem('not_found');
  });

  it.each([
    'key=nonsense',
    'lockout=lk_1',
    'database=nobody',
    'from=yesterday',
    'to=2026-11-24',
    'from=2026-11-24T11:00:00Z&to=2026-11-24T10:00:00Z',
    'actor=',
    'cursor=nonsense',
    'type=KeyRegistered',
    'limit=0',
  ])('refuses %s', async (query) => {
    expect(await platform.ask(`GET /v1/timeline?${query}`)).toBeProblem('invalid_request');
  });

  it('verifies offline from the API’s pages, and no longer when a word of it is changed', async () => {
    const { body } = await platform.ask<{ head: string; entries: number }>('GET /v1/timeline/verification');
    const pages = (await all()).slice(-body.entries);
    const text = pages.map((entry) => JSON.stringify(entry)).join('\n');

    expect(verifyExport(text, { partial: false, head: body.head })).toMatchObject({ code: 0 });
    expect(verifyExport(text.replace('"name":"ledger"', '"name":"ledgers"'), { partial: false })).toMatchObject({
      code: 1,
    });
  });
});
