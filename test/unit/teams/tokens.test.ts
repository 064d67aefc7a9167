/** Creating tokens: scopes, teams, expiry and lineage. */
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { Commit } from '#lib/model/items/commit.ts';
import { Secret } from '#lib/model/secret.ts';
import { newSecret, secretHash, type Token } from '#lib/model/team.ts';
import { revokeToken } from '#lib/teams/revoke.ts';
import { createToken } from '#lib/teams/tokens.ts';
import '#test/support/matchers.ts';
import { at, countingIds, teamId, tokenActor } from '#test/support/build.ts';
import { aLedger, type Ledger } from '#test/support/ledger.ts';

const maker: Token = {
  ...{ id: tokenActor.id, teamId, name: 'admin', scopes: ['admin'], operator: false },
  ...{ createdAt: at.toISOString(), hash: 'hash-of-the-maker' },
};
const request = {
  teamId,
  makerId: maker.id,
  operator: false,
  actor: tokenActor,
  name: 'ci',
  scopes: ['read' as const],
};

/** A ledger with the maker's token and the tokens that it makes. */
const creating = ({
  known = null,
  by = {},
}: {
  known?: { id: string; name: string } | null;
  by?: Partial<Token>;
} = {}) => {
  const ledger = aLedger({ tokens: [{ ...maker, ...by }] });
  const tokensOf = async () => ledger.all<Token>('TOKEN#');
  const tokenById = async (_team: string, id: string) => ledger.all<Token>(`TOKEN#${id}`)[0] ?? null;
  const deps = { ...ledger, tokensOf, tokenById, teamNamed: async () => known, newId: countingIds(), now: () => at };
  return { ledger, create: createToken(deps), revoke: revokeToken(deps) };
};
const opens = (ledger: Ledger, { hash, ancestors = [] }: Token): boolean => {
  const byHash = ledger.all<Token & { sk: string }>('TOKEN').filter(({ sk }) => sk === 'TOKEN');
  const good = new Set(byHash.map((each) => each.hash));
  return [hash, ...ancestors].every((each) => good.has(each));
};

describe('making a token', () => {
  it('shows its secret once and keeps its hash only', async () => {
    const { ledger, create } = creating();
    const { token, secret } = await create(request);

    expect(secret).toMatch(/^latchkey_[\w-]{43}$/);
    expect(token).toMatchObject({ teamId, scopes: ['read'], operator: false, hash: secretHash(secret) });
    expect(JSON.stringify(ledger.commits)).not.toContain(secret);
    expect(ledger).toHaveRecorded('TokenCreated');
  });

  it("for another team is the operator's", async () => {
    const { ledger, create } = creating();
    await expect(create({ ...request, team: 'globex' })).rejects.toBeProblem('forbidden');
    expect(ledger.commits).toEqual([]);
  });

  it('makes the team if there is none, and never makes an operator', async () => {
    const { ledger, create } = creating();
    const { token } = await create({ ...request, operator: true, team: 'globex' });

    expect(token).toMatchObject({ teamId: expect.not.stringMatching(teamId), operator: false });
    expect(ledger).toHaveRecorded('TeamCreated');

    const known = creating({ known: { id: 'team_known', name: 'globex' } });
    expect((await known.create({ ...request, operator: true, team: 'globex' })).token.teamId).toBe('team_known');
    expect(known.ledger).not.toHaveRecorded('TeamCreated');
  });
});

describe('a token’s expiry', () => {
  it('is stored as requested, and absent if not requested', async () => {
    const { create } = creating();
    const expiresAt = '2126-11-24T12:00:00+01:00';

    expect((await create({ ...request, expiresAt })).token.expiresAt).toBe('2126-11-24T11:00:00.000Z');
    expect((await create(request)).token.expiresAt).toBeNull();
  });

  it('is refused when it is past', async () => {
    const { ledger, create } = creating();
    await expect(create({ ...request, expiresAt: at.toISOString() })).rejects.toBeProblem('invalid_request');
    expect(ledger.commits).toEqual([]);
  });
});

describe('a token that another makes', () => {
  const until = '2026-12-01T00:00:00.000Z';

  it('ends when its maker does, unless it is to end before', async () => {
    const { create } = creating({ by: { expiresAt: until } });

    expect((await create(request)).token.expiresAt).toBe(until);
    expect((await create({ ...request, expiresAt: '2026-11-30T00:00:00Z' })).token.expiresAt).toBe(
      '2026-11-30T00:00:00.000Z',
    );
    await expect(create({ ...request, expiresAt: '2026-12-01T00:00:01Z' })).rejects.toBeProblem('invalid_request');
  });

  it('holds no scope that its maker does not', async () => {
    const { create } = creating({ by: { scopes: ['write'] } });
    expect((await create({ ...request, scopes: ['read', 'write'] })).token.scopes).toEqual(['read', 'write']);
    await expect(create({ ...request, scopes: ['admin'] })).rejects.toBeProblem('forbidden');
  });

  it('has its maker’s email address, if any; the operator creates tokens for any address', async () => {
    const { create } = creating({ by: { email: 'a@example.com' } });
    expect((await create(request)).token.email).toBe('a@example.com');
    await expect(create({ ...request, email: 'b@example.com' })).rejects.toBeProblem('forbidden');
    expect((await creating().create({ ...request, email: 'b@example.com' })).token.email).toBe('b@example.com');

    const operator = creating({ by: { email: 'a@example.com', operator: true } });
    expect((await operator.create({ ...request, email: 'b@example.com' })).token.email).toBe('b@example.com');
  });

  it('is not made once its maker is revoked, even when that happens in between', async () => {
    const { ledger, create, revoke } = creating();
    const tokenById = async () => maker;

    await revoke({ teamId, token: maker.id, actor: tokenActor });

    await expect(create(request)).rejects.toBeProblem('unauthenticated');

    const racing = createToken({
      ...ledger,
      tokenById,
      teamNamed: async () => null,
      newId: countingIds(),
      now: () => at,
    });
    await expect(racing(request)).rejects.toBeProblem('unauthenticated');
    expect(ledger.all('TOKEN')).toEqual([]);
  });

  it('can be ten deep, and no deeper', async () => {
    const ancestors = Array.from({ length: 9 }, (_, index) => `hash-${index}`);
    const deep = await creating({ by: { ancestors } }).create(request);

    expect(deep.token.ancestors).toEqual([maker.hash, ...ancestors]);
    await expect(creating({ by: { ancestors: [...ancestors, 'hash-9'] } }).create(request)).rejects.toBeProblem(
      'forbidden',
    );
  });

  it("of another team is a root there: it does not end with the operator's token", async () => {
    const { create } = creating({
      known: { id: 'team_known', name: 'globex' },
      by: { operator: true, expiresAt: until },
    });
    const { token } = await create({ ...request, operator: true, team: 'globex' });

    expect(token).toMatchObject({ parentId: null, ancestors: [], expiresAt: null });
  });
});

describe('revoking a token', () => {
  it('removes it by id and by hash, and records it', async () => {
    const { ledger, create, revoke } = creating();
    const { token } = await create(request);

    await revoke({ teamId, token: token.id, actor: tokenActor });

    expect(ledger.all<Token>('TOKEN').map(({ id }) => id)).toEqual([maker.id, maker.id]);
    expect(ledger).toHaveRecorded('TokenRevoked');
    await expect(revoke({ teamId, token: token.id, actor: tokenActor })).rejects.toBeProblem('not_found');
  });

  it('ends what it made, and what those made, and no other', async () => {
    const { ledger, create, revoke } = creating();
    const child = (await create({ ...request, scopes: ['admin'] })).token;
    const grandchild = (await create({ ...request, makerId: child.id })).token;
    const sibling = (await create(request)).token;

    await revoke({ teamId, token: child.id, actor: tokenActor });

    expect([child, grandchild, sibling].map((each) => opens(ledger, each))).toEqual([false, false, true]);

    const ended = ledger.entries().filter(({ type }) => type === 'TokenRevoked');
    expect(ended.map(({ subject, data }) => [subject.tokenId, 'with' in data ? data.with : null])).toEqual([
      [grandchild.id, child.id],
      [child.id, null],
    ]);
  });

  it('of a token with many ends all of them, and continues after a crash', async () => {
    const { ledger, create, revoke } = creating();
    const made = [];
    for (let count = 0; count < 45; count++) made.push((await create(request)).token);
    let writes = 0;
    const deps = { ...ledger, tokensOf: async () => ledger.all<Token>('TOKEN#'), now: () => at };
    const commit = async (unit: Commit) => {
      if (++writes > 1) throw new Error('The function died');
      await ledger.commit(unit);
    };
    const crashing = revokeToken({ ...deps, commit, tokenById: async () => maker });

    await expect(crashing({ teamId, token: maker.id, actor: tokenActor })).rejects.toThrow('died');
    expect(made.filter((each) => opens(ledger, each))).toEqual([]);

    await revoke({ teamId, token: maker.id, actor: tokenActor });
    expect(ledger.all('TOKEN')).toEqual([]);
    for (const { changes } of ledger.commits) expect(changes.length).toBeLessThanOrEqual(41);
  });
});

describe('a secret', () => {
  const secret = new Secret('p4ssw0rd');

  it('is read by asking for it, and shown by no accident', () => {
    expect(secret.reveal()).toBe('p4ssw0rd');

    const shown = [
      JSON.stringify({ secret }),
      String(secret),
      `${secret}`,
      inspect({ secret }),
      inspect(secret),
      JSON.stringify(Object.entries(secret)),
    ];
    for (const text of shown) expect(text).not.toContain('p4ssw0rd');
  });

  it('is new each time', () => {
    expect(new Set(Array.from({ length: 100 }, newSecret)).size).toBe(100);
  });

  it('of a token has 256 uniformly random bits, after the prefix for secret scanners', () => {
    const bytes = Array.from({ length: 500 }, () => Buffer.from(newSecret().replace(/^latchkey_/, ''), 'base64url'));

    for (const each of bytes) expect(each).toHaveLength(32);
    for (let bit = 0; bit < 256; bit++) {
      const set = bytes.filter((each) => ((each[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
      expect(Math.abs(set - 250)).toBeLessThan(90);
    }
  });
});
