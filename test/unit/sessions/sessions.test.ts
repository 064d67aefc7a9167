/**
 * Sessions over the real stores and a table in memory: they start with a token or a one-time code, are renewed by their
 * cookie, end with their token, and none of their secrets is stored.
 */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { callerBehind } from '#lib/edge/caller.ts';
import { plusSeconds } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { tokenRemoved } from '#lib/model/items/teams.ts';
import { allOf } from '#lib/model/page.ts';
import { idleSeconds, longestSeconds, mostAccessTokens, mostSessions } from '#lib/model/session.ts';
import { newSessionSecret, placeOfSecret } from '#lib/model/session-secret.ts';
import { newSecret, secretHash, type Token } from '#lib/model/team.ts';
import { endSession, listSessions, requireSession } from '#lib/sessions/end.ts';
import { renewSession } from '#lib/sessions/renew.ts';
import { createSignInCode, startSession } from '#lib/sessions/start.ts';
import { sessionStore } from '#lib/store/sessions.ts';
import { teamStore } from '#lib/store/teams.ts';
import '#test/support/matchers.ts';
import { at } from '#test/support/build.ts';
import { aLedger, type Ledger } from '#test/support/ledger.ts';

const teamId = newId('team');
const secret = newSecret();
const parent: Token = {
  ...{ id: newId('tok'), teamId, name: 'admin', scopes: ['admin'], operator: false },
  ...{ createdAt: at.toISOString(), hash: secretHash('latchkey_parent') },
};
const token: Token = {
  ...{ id: newId('tok'), teamId, name: 'team', scopes: ['read', 'write'], operator: false, email: 'ada@acme.example' },
  ...{ createdAt: at.toISOString(), hash: secretHash(secret), parentId: parent.id, ancestors: [parent.hash] },
};

let now: Date;
let ledger: Ledger;
const ports = () => ({
  ...teamStore(ledger.table),
  ...sessionStore(ledger.table),
  commit: ledger.commit,
  spend: () => undefined,
  newSecret: newSessionSecret,
  newId,
  now: () => now,
});
beforeEach(() => {
  now = at;
  ledger = aLedger({ tokens: [parent, token] });
});

const start = () => startSession(ports())({ token: secret, userAgent: 'a browser' });
const renew = (cookie: string | null) => renewSession(ports())(cookie);
const callerOf = (accessToken: string) => callerBehind(accessToken, ports(), now);
const sessionsOf = ({ id: tokenId }: Token) =>
  allOf((after) => listSessions(ports())({ teamId, tokenId }, { after, limit: 7 }));
const later = (seconds: number) => {
  now = plusSeconds(now, seconds);
};

describe('signing in', () => {
  it('gives an access token that stands for the token', async () => {
    const { session, secrets } = await start();

    expect(await callerOf(secrets.access)).toEqual({
      teamId,
      tokenId: token.id,
      scopes: token.scopes,
      operator: false,
      sessionId: session.id,
    });
    expect(session).toMatchObject({ person: 'ada@acme.example', userAgent: 'a browser' });
    expect(ledger).toHaveRecorded('SessionStarted');
  });

  it('stores no secret', async () => {
    const { secrets } = await start();
    const { code } = await createSignInCode(ports())({ teamId, tokenId: token.id });

    for (const each of [secrets.access, secrets.renewal, code, secret])
      expect(JSON.stringify(ledger.commits)).not.toContain(each);
  });

  it.each([
    ['an unknown token', { token: 'latchkey_unknown' }],
    ['an access token', { token: newSessionSecret('access', { teamId, id: newId('ses') }) }],
    ['an unknown code', { code: newSessionSecret('code', { teamId, id: newId('ses') }) }],
    ['no code at all', { code: 'x' }],
  ])('is refused for %s', async (_, credential) => {
    await expect(startSession(ports())({ ...credential, userAgent: null })).rejects.toBeProblem('unauthenticated');
  });

  it('is refused for a token whose ancestor was revoked', async () => {
    await ledger.commit({ teamId, at: now, changes: tokenRemoved(parent) });

    await expect(start()).rejects.toBeProblem('unauthenticated');
  });

  it('ends the oldest sessions of the token beyond the limit', async () => {
    for (let number = 0; number < mostSessions + 2; number++) {
      await start();
      later(1);
    }

    const open = await sessionsOf(token);
    expect(open).toHaveLength(mostSessions);
    expect(open.map(({ id }) => id)).toEqual([...new Set(open.map(({ id }) => id))].sort().reverse());
  });
});

describe('a sign-in code', () => {
  it('works once', async () => {
    const { code } = await createSignInCode(ports())({ teamId, tokenId: token.id });
    const both = await Promise.allSettled([1, 2].map(() => startSession(ports())({ code, userAgent: null })));

    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(startSession(ports())({ code, userAgent: null })).rejects.toBeProblem('unauthenticated');
  });

  it('expires after a quarter of an hour', async () => {
    const { code } = await createSignInCode(ports())({ teamId, tokenId: token.id });
    later(901);

    await expect(startSession(ports())({ code, userAgent: null })).rejects.toBeProblem('unauthenticated');
  });
});

describe('an access token', () => {
  it('ends after a quarter of an hour, with its session, and with the token behind it', async () => {
    const { session, secrets } = await start();
    later(idleSeconds);
    expect(await callerOf(secrets.access)).toBeNull();

    const second = await start();
    await endSession(ports())({ teamId, tokenId: token.id, session: second.session.id });
    expect(await callerOf(second.secrets.access)).toBeNull();

    const third = await start();
    await ledger.commit({ teamId, at: now, changes: tokenRemoved(parent) });
    expect(await callerOf(third.secrets.access)).toBeNull();
    expect(session.id).not.toBe(third.session.id);
  });

  it('is not the renewal secret, nor the other way round', async () => {
    const { secrets } = await start();

    expect(await callerOf(secrets.renewal)).toBeNull();
    await expect(renew(secrets.access)).rejects.toBeProblem('unauthenticated');
  });

  it('of another session, or with another team in it, opens nothing', async () => {
    const { secrets } = await start();
    const other = await start();
    const [prefix, , , random] = secrets.access.split('.');

    expect(await callerOf([prefix, teamId, other.session.id, random].join('.'))).toBeNull();
    expect(await callerOf([prefix, newId('team'), other.session.id, random].join('.'))).toBeNull();
    expect(placeOfSecret('access', `${secrets.access}.more`)).toBeNull();
  });
});

describe('a renewal', () => {
  it('gives another access token and another cookie, and the session keeps its end', async () => {
    const first = await start();
    later(600);
    const second = await renew(first.secrets.renewal);

    expect(second).toMatchObject({ isReplaced: true, session: { endsAt: first.session.endsAt } });
    expect(second.secrets.renewal).not.toBe(first.secrets.renewal);
    later(600);
    expect(await callerOf(second.secrets.access)).not.toBeNull();
  });

  it('works in two tabs at the same time: the cookie is replaced once', async () => {
    const { secrets } = await start();
    const both = await Promise.all([renew(secrets.renewal), renew(secrets.renewal)]);

    expect(both.map(({ isReplaced }) => isReplaced).sort()).toEqual([false, true]);
    for (const each of both) expect(await callerOf(each.secrets.access)).not.toBeNull();
  });

  it('with a cookie that was replaced before ends the session, since two hold it', async () => {
    const { secrets } = await start();
    const { secrets: next } = await renew(secrets.renewal);
    later(61);

    await expect(renew(secrets.renewal)).rejects.toBeProblem('unauthenticated');
    await expect(renew(next.renewal)).rejects.toBeProblem('unauthenticated');
    expect(ledger).toHaveRecorded('SessionEnded');
  });

  it('is refused after 15 minutes without use, and after 8 hours in any case', async () => {
    const { secrets } = await start();
    later(idleSeconds + 1);
    await expect(renew(secrets.renewal)).rejects.toBeProblem('unauthenticated');

    now = at;
    let { renewal } = (await start()).secrets;
    for (let passed = 0; passed + 600 < longestSeconds; passed += 600) {
      later(600);
      ({ renewal } = (await renew(renewal)).secrets);
    }
    later(600);
    await expect(renew(renewal)).rejects.toBeProblem('unauthenticated');
  });

  it.each([[null], [''], ['latchkey_renewal.x.y.z']])('is refused without a cookie: %s', async (cookie) => {
    await expect(renew(cookie)).rejects.toBeProblem('unauthenticated');
  });

  it("with a made-up secret does not use up the team's requests", async () => {
    const { session } = await start();
    const spent: string[] = [];
    const renewal = renewSession({ ...ports(), spend: (team) => void spent.push(team) });

    await expect(renewal(newSessionSecret('renewal', session))).rejects.toBeProblem('unauthenticated');
    expect(spent).toEqual([]);
  });

  it('keeps a bounded number of access tokens', async () => {
    let { renewal } = (await start()).secrets;
    for (let number = 0; number < mostAccessTokens + 3; number++) ({ renewal } = (await renew(renewal)).secrets);
    const [session] = await sessionsOf(token);

    expect(session?.access).toHaveLength(mostAccessTokens);
  });

  it("does not outlive the token's own expiry", async () => {
    ledger = aLedger({ tokens: [parent, { ...token, expiresAt: plusSeconds(at, 300).toISOString() }] });
    const { session, secrets } = await start();

    expect(session.endsAt).toBe(plusSeconds(at, 300).toISOString());
    later(301);
    await expect(renew(secrets.renewal)).rejects.toBeProblem('unauthenticated');
    expect(await callerOf(secrets.access)).toBeNull();
  });
});

describe('sessions of a token', () => {
  it("are listed and ended by its holder, and are not found by another token's", async () => {
    const { session } = await start();
    const ref = { teamId, session: session.id };

    expect(await sessionsOf(parent)).toEqual([]);
    await expect(requireSession(ports())({ ...ref, tokenId: parent.id })).rejects.toBeProblem('not_found');
    await expect(endSession(ports())({ ...ref, tokenId: parent.id })).rejects.toBeProblem('not_found');
    await endSession(ports())({ ...ref, tokenId: token.id });
    expect(await sessionsOf(token)).toEqual([]);
  });
});
