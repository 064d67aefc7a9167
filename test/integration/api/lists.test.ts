/** Every list of the API comes in pages: walked one item at a time, it gives what one large page gives. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { aServingDatabase } from './preconditions.ts';

interface Item {
  readonly id?: string;
  readonly name?: string;
}
interface Listed {
  readonly items: readonly Item[];
  readonly cursor: string | null;
}

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
  const key = await platform.keyOfCustomer();
  await platform.ask('POST /v1/keys', { body: { arn: await platform.keyOfCustomer() } });
  for (const name of ['first-db', 'second-db']) await aServingDatabase(platform, { key, name });
  const app = { name: 'third-app', admins: ['ada@example.com', 'grace@example.com'] };
  await platform.ask('POST /v1/apps', { body: app });
  for (const name of ['one-space', 'two-space']) await platform.ask('POST /v1/spaces', { body: { name } });
  const asAdmin = { token: platform.tokens.adminToken };
  for (const name of ['one', 'two', 'three']) await platform.ask('POST /v1/tokens', { ...asAdmin, body: { name } });
  for (let tab = 0; tab < 3; tab++)
    await platform.ask('POST /v1/sessions', { token: null, body: { token: platform.tokens.adminToken } });
});
afterAll(() => platform.close());

const page = async (path: string, query: string): Promise<Listed> =>
  (await platform.ask<Listed & Record<string, unknown>>(`GET ${path}?${query}`, { token: platform.tokens.adminToken }))
    .body;

/** The times of a last use change with each request. */
const idsOf = (items: readonly Item[]) => items.map(({ id, name }) => id ?? name);

async function walk(path: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const next: Listed = await page(path, `limit=1${cursor === null ? '' : `&cursor=${cursor}`}`);
    expect(next.items.length).toBeLessThanOrEqual(1);
    items.push(...next.items);
    cursor = next.cursor;
  } while (cursor !== null);
  return items;
}

it.each(['plans', 'spaces', 'apps', 'databases', 'keys', 'recipients', 'tokens', 'sessions'])('%s', async (name) => {
  const path = `/v1/${name}`;
  const whole = await page(path, 'limit=100');

  expect(whole.items.length).toBeGreaterThan(1);
  expect(whole.cursor).toBeNull();
  expect(idsOf(await walk(path))).toEqual(idsOf(whole.items));
  expect(await platform.ask(`GET ${path}?cursor=bm9uZQ`, { token: platform.tokens.adminToken })).toBeProblem(
    'invalid_request',
  );
});
