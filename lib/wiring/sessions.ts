/** The operations of sessions, joined with a deployment's table, and the cookie of a session. */
import { clientConfig } from '#lib/config.ts';
import { sessionView } from '#lib/contracts/sessions.ts';
import type { Exchange } from '#lib/edge/exchange.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import type { Session } from '#lib/model/session.ts';
import { newSessionSecret as newSecret } from '#lib/model/session-secret.ts';
import type { Team } from '#lib/model/team.ts';
import { endSession, listSessions, requireSession } from '#lib/sessions/end.ts';
import { renewSession } from '#lib/sessions/renew.ts';
import { createSignInCode, startSession } from '#lib/sessions/start.ts';
import { sessionStore } from '#lib/store/sessions.ts';
import { teamStore } from '#lib/store/teams.ts';
import { callers } from './callers.ts';
import { committer } from './committer.ts';

const ports = () => ({
  ...teamStore(),
  ...sessionStore(),
  ...committer(),
  spend: callers().spend,
  newId,
  newSecret,
  now,
});

export const start = () => startSession(ports());
export const renew = () => renewSession(ports());
export const createCode = () => createSignInCode(ports());
export const find = () => requireSession(ports());
export const list = () => listSessions(ports());
export const end = () => endSession(ports());

/** The prefix makes browsers refuse it without Secure, with a Domain, or with another path (RFC 6265bis, 4.1.3.2). */
export const cookieName = '__Host-latchkey';

const secondsUntil = (time: string): number => Math.max(0, Math.floor((Date.parse(time) - now().getTime()) / 1000));

export const setCookie = (exchange: Exchange, { endsAt }: Session, secret: string): void =>
  exchange.setCookie(cookieName, secret, secondsUntil(endsAt));

export const teamOf = async (teamId: string): Promise<Team> =>
  (await teamStore().teamById(teamId)) ?? { id: teamId, name: teamId };

export const startedView = async (session: Session, accessToken: string) => ({
  accessToken,
  expiresIn: secondsUntil(session.access.at(-1)?.until ?? session.endsAt),
  idlePollSeconds: clientConfig().IDLE_POLL_SECONDS,
  session: sessionView(session, { team: await teamOf(session.teamId), currentId: session.id }),
});
