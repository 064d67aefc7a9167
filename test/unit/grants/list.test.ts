/** The list of grants on a key, from the table and from KMS. */
import { describe, expect, it } from '@jest/globals';
import { listGrants } from '#lib/grants/list.ts';
import type { Database } from '#lib/model/database.ts';
import type { GrantPage, GrantsById, KmsGrant } from '#lib/model/grant.ts';
import { aDatabase, aKey, teamId } from '#test/support/build.ts';

const key = aKey();
const grant = (id: string, more: Partial<KmsGrant> = {}): KmsGrant => ({
  ...{
    id,
    name: null,
    grantee: 'arn:aws:iam::210987654321:role/data',
    operations: ['Decrypt'],
    context: {},
    createdAt: null,
  },
  ...more,
});
const database = (id: string, grantId: string | null): Database => aDatabase({ id: `db_${id}`, name: id, grantId });

interface World {
  readonly databases?: readonly Database[];
  readonly known?: GrantsById;
  readonly others?: GrantPage;
}

function listing({ databases = [], known, others }: World) {
  const requests: { after: string | null; limit: number }[] = [];
  const list = listGrants({
    keyById: async () => key,
    databasesOnKey: async (_arn, { after = null, limit }) => {
      const rest = databases.filter(({ id }) => after === null || id > after);
      const items = rest.slice(0, limit);
      return { items, cursor: rest.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
    databasesById: async (_team, ids) => databases.filter(({ id }) => ids.includes(id)),
    grantsById: async () => known ?? { scope: 'key', grants: new Map() },
    grantsOnKey: async (_arn, query) => {
      requests.push(query);
      return others ?? { scope: 'key', grants: [], next: null };
    },
  });
  const page = (limit: number, cursor?: string | null) =>
    list({ teamId, key: key.id, limit, ...(cursor ? { cursor } : {}) });
  return { page, requests };
}

describe('the grants on a key', () => {
  it('say of each database whether KMS has its grant, has it no more, or does not respond', async () => {
    const known = {
      scope: 'key',
      grants: new Map([
        ['g1', grant('g1')],
        ['g2', null],
      ]),
    } as const;
    const databases = [database('a', 'g1'), database('b', 'g2'), database('c', 'g3'), database('d', null)];

    const { items } = await listing({ databases, known }).page(50);

    expect(items.map(({ id, database: name, status }) => [id, name, status])).toEqual([
      ['g1', 'a', 'active'],
      ['g2', 'b', 'revoked'],
      ['g3', 'c', 'unknown'],
    ]);
  });

  it('leave out of the rest what a database recorded, and keep what it did not', async () => {
    const databases = [database('a', 'g1')];
    const grants = [
      grant('g1', { name: 'db_a' }),
      grant('g8', { name: 'db_a' }),
      grant('g9', { context: { 'aws:ebs:id': 'vol-1' } }),
    ];

    const { items } = await listing({ databases, others: { scope: 'key', grants, next: null } }).page(50);

    expect(items.map(({ id, database: name, context }) => [id, name, context])).toEqual([
      ['g1', 'a', {}],
      ['g8', 'a', {}],
      ['g9', null, { 'aws:ebs:id': 'vol-1' }],
    ]);
  });

  it('come in pages of the requested size, first the databases, then by the marker of KMS', async () => {
    const databases = [database('a', 'g1'), database('b', 'g2')];
    const { page, requests } = listing({
      databases,
      others: { scope: 'retirable', grants: [grant('g9')], next: 'a+b/c==' },
    });
    const first = await page(1);

    const second = await page(1, first.cursor);

    expect([first.items.length, second.items.length, requests]).toEqual([1, 1, []]);

    const third = await page(1, second.cursor);
    const fourth = await page(1, third.cursor);

    expect([third.seen, fourth.items.map(({ id }) => id), requests]).toEqual([
      'retirable',
      ['g9'],
      [
        { after: null, limit: 1 },
        { after: 'a+b/c==', limit: 1 },
      ],
    ]);
  });

  it('refuse a cursor that no page gave', async () => {
    await expect(listing({}).page(1, 'nonsense')).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
