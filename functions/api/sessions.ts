/**
 * Sessions of people in browsers. They are a function of their own, so that the only code that starts sessions shares
 * no instance with other operations.
 */
import {
  CreateSignInCode,
  EndCurrentSession,
  EndSession,
  GetSession,
  ListSessions,
  RenewSession,
  StartSession,
  sessionView,
} from '#lib/contracts/sessions.ts';
import { route } from '#lib/edge/rest-api.ts';
import { listPage } from '#lib/model/cursor.ts';
import type { Caller } from '#lib/model/team.ts';
import { restApi } from '#lib/wiring/rest-api.ts';
import * as sessions from '#lib/wiring/sessions.ts';

export const handler = restApi(() => ({ ...signIn(), ...own() }));

function signIn() {
  const start = sessions.start();
  const renew = sessions.renew();
  const createCode = sessions.createCode();
  return {
    'POST /v1/sessions': route(StartSession, async ({ token, code }, exchange) => {
      const { session, secrets } = await start({ token, code, userAgent: exchange.userAgent });
      sessions.setCookie(exchange, session, secrets.renewal);
      return sessions.startedView(session, secrets.access);
    }),
    'POST /v1/sessions/renewal': route(RenewSession, async (_request, exchange) => {
      exchange.assertOwnOrigin();
      const { session, secrets, isReplaced } = await renew(exchange.cookie(sessions.cookieName));
      if (isReplaced) sessions.setCookie(exchange, session, secrets.renewal);
      return sessions.startedView(session, secrets.access);
    }),
    'POST /v1/sessions/codes': route(CreateSignInCode, async ({ caller }) => {
      const { code, until } = await createCode(tokenOf(caller));
      return { code, expiresAt: until };
    }),
  };
}

function own() {
  const find = sessions.find();
  const list = sessions.list();
  const end = sessions.end();
  const viewOf = async (caller: Caller | null) => {
    const team = await sessions.teamOf(caller?.teamId ?? '');
    return (session: Parameters<typeof sessionView>[0]) =>
      sessionView(session, { team, currentId: caller?.sessionId ?? null });
  };
  return {
    'GET /v1/sessions': route(ListSessions, async ({ caller, ...request }) =>
      listPage({
        prefix: 'ses_',
        list: (_teamId, query) => list(tokenOf(caller), query),
        view: await viewOf(caller),
      })(request),
    ),
    'GET /v1/sessions/current': route(GetSession, async ({ caller }) => {
      const view = await viewOf(caller);
      return view(await find({ ...tokenOf(caller), session: caller?.sessionId ?? 'current' }));
    }),
    'DELETE /v1/sessions/current': route(EndCurrentSession, async ({ caller }, exchange) => {
      await end({ ...tokenOf(caller), session: caller?.sessionId ?? 'current' });
      exchange.setCookie(sessions.cookieName, null, 0);
      return null;
    }),
    'POST /v1/sessions/{session}/revocation': route(EndSession, async ({ caller, session }) => {
      await end({ ...tokenOf(caller), session });
      return null;
    }),
  };
}

const tokenOf = (caller: Caller | null) => ({ teamId: caller?.teamId ?? '', tokenId: caller?.tokenId ?? '' });
