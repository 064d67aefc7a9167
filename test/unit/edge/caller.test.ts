/** The caller of a request: expiry, ancestors and last use of its token. */
import { describe, expect, it } from '@jest/globals';
import { callerBehind } from '#lib/edge/caller.ts';
import { secretHash, type Token } from '#lib/model/team.ts';

const at = new Date('2026-01-02T12:00:00.000Z');
const minutes = (count: number) => new Date(at.getTime() + count * 60_000).toISOString();
const token = (changes: Partial<Token> = {}): Token => ({
  ...{ id: 'tok_1', teamId: 'team_1', name: 'ci', scopes: ['read'], operator: false },
  ...{ createdAt: minutes(-9999), hash: secretHash('latchkey_good'), ...changes },
});

function looking(
  changes: Partial<Token>,
  noting: () => Promise<void> = async () => undefined,
  others: readonly Token[] = [],
) {
  const used: [string, Date][] = [];
  const lookup = {
    tokenByHash: async () => token(changes),
    sessionById: async () => null,
    tokensByHash: async (hashes: readonly string[]) => others.filter(({ hash }) => hashes.includes(hash)),
    tokenUsed: async (hash: string, when: Date) => {
      used.push([hash, when]);
      await noting();
    },
  };
  return { used, caller: () => callerBehind('latchkey_good', lookup, at) };
}

describe('a token with an expiry', () => {
  it.each([
    [minutes(1), true],
    [minutes(0), false],
    [minutes(-1), false],
    [null, true],
    [undefined, true],
  ])('of %s opens: %s', async (expiresAt, opens) => {
    const { used, caller } = looking(expiresAt === undefined ? {} : { expiresAt });
    expect((await caller()) !== null).toBe(opens);
    expect(used.length).toBe(opens ? 1 : 0);
  });
});

describe('a token that another made', () => {
  const parent = token({ id: 'tok_parent', hash: 'parent' });
  const root = token({ id: 'tok_root', hash: 'root' });
  const ancestors = ['parent', 'root'];

  it.each<[string, readonly Token[], boolean]>([
    ['all are there', [parent, root], true],
    ['its parent is revoked', [root], false],
    ["its parent's parent is revoked", [parent], false],
    ['its parent has expired', [{ ...parent, expiresAt: minutes(0) }, root], false],
  ])('opens only while its ancestors do: %s', async (...[, others, opens]) => {
    expect((await looking({ ancestors }, undefined, others).caller()) !== null).toBe(opens);
  });
});

describe('when a token was last used', () => {
  it('is noted once a minute at most', async () => {
    for (const [lastUsedAt, notes] of [
      [null, 1],
      [minutes(-0.9), 0],
      [minutes(-1), 1],
    ] as const) {
      const { used, caller } = looking({ lastUsedAt });
      expect(await caller()).toMatchObject({ tokenId: 'tok_1' });
      expect(used).toEqual(notes ? [[token().hash, at]] : []);
    }
  });

  it('is worth no refusal when it cannot be noted', async () => {
    const { caller } = looking({}, () => Promise.reject(new Error('DynamoDB')));
    expect(await caller()).toMatchObject({ teamId: 'team_1' });
  });
});
