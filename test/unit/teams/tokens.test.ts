import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '#lib/secret.ts';
import { newSecret, secretHash, type Token } from '#lib/teams/team.ts';
import { createToken, revokeToken } from '#lib/teams/tokens.ts';
import '#test/support/matchers.ts';
import { at, countingIds, teamId, tokenActor } from '#test/support/build.ts';
import { aLedger } from '#test/support/ledger.ts';

const request = { teamId, actor: tokenActor, name: 'ci', scopes: ['read' as const] };
const creating = (known: { id: string; name: string } | null = null) => {
  const ledger = aLedger();
  return { ledger, create: createToken({ ...ledger, teamNamed: async () => known, newId: countingIds(), now: () => at }) };
};

describe('making a token', () => {
  it('shows its secret once and keeps its hash only', async () => {
    const { ledger, create } = creating();
    const { token, secret } = await create({ ...request, operator: false });
    expect(secret).toMatch(/^latchkey_[\w-]{43}$/);
    expect(token).toMatchObject({ teamId, scopes: ['read'], operator: false, hash: secretHash(secret) });
    expect(JSON.stringify(ledger.commits)).not.toContain(secret);
    expect(ledger).toHaveRecorded('TokenCreated');
  });

  it("for another team is the operator's", async () => {
    const { ledger, create } = creating();
    await expect(create({ ...request, operator: false, team: 'globex' })).rejects.toBeProblem('forbidden');
    expect(ledger.commits).toEqual([]);
  });

  it('makes the team if there is none, and never makes an operator', async () => {
    const { ledger, create } = creating();
    const { token } = await create({ ...request, operator: true, team: 'globex' });
    expect(token).toMatchObject({ teamId: expect.not.stringMatching(teamId), operator: false });
    expect(ledger).toHaveRecorded('TeamCreated');
    const known = creating({ id: 'team_known', name: 'globex' });
    expect((await known.create({ ...request, operator: true, team: 'globex' })).token.teamId).toBe('team_known');
    expect(known.ledger).not.toHaveRecorded('TeamCreated');
  });
});

describe('a token’s expiry', () => {
  it('is kept as it was asked for, and none is none', async () => {
    const { create } = creating();
    const expiresAt = '2126-11-24T12:00:00+01:00';
    expect((await create({ ...request, operator: false, expiresAt })).token.expiresAt).toBe('2126-11-24T11:00:00.000Z');
    expect((await create({ ...request, operator: false })).token.expiresAt).toBeNull();
  });

  it('is refused when it is past', async () => {
    const { ledger, create } = creating();
    await expect(create({ ...request, operator: false, expiresAt: at.toISOString() })).rejects.toBeProblem('invalid_request');
    expect(ledger.commits).toEqual([]);
  });
});

describe('revoking a token', () => {
  it('removes it by id and by hash', async () => {
    const { ledger, create } = creating();
    const { token } = await create({ ...request, operator: false });
    const tokenById = async (_team: string, id: string) => ledger.all<Token>(`TOKEN#${id}`)[0] ?? null;
    const revoke = revokeToken({ ...ledger, tokenById, now: () => at });
    await revoke({ teamId, token: token.id, actor: tokenActor });
    expect(ledger.all('TOKEN')).toEqual([]);
    expect(ledger).toHaveRecorded('TokenRevoked');
    await expect(revoke({ teamId, token: token.id, actor: tokenActor })).rejects.toBeProblem('not_found');
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

  it('of a token has 256 random bits, each of which is set half of the time, behind what a scanner looks for', () => {
    const bytes = Array.from({ length: 500 }, () => Buffer.from(newSecret().replace(/^latchkey_/, ''), 'base64url'));
    for (const each of bytes) expect(each).toHaveLength(32);
    for (let bit = 0; bit < 256; bit++) {
      const set = bytes.filter((each) => ((each[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
      expect(Math.abs(set - 250)).toBeLessThan(90);
    }
  });
});
