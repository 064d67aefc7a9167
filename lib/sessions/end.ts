/** Lists and ends the sessions of a token. */
import type { NewEntry } from '#lib/model/entry.ts';
import { sessionRemoved } from '#lib/model/items/sessions.ts';
import { type ListQuery, type Page, pageWithin } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { isOver, type Session } from '#lib/model/session.ts';

export type EndDeps = Needs<'sessionById' | 'sessionsOf' | 'commit' | 'now'>;

export interface SessionRef {
  readonly teamId: string;
  readonly tokenId: string;
  readonly session: string;
}

export const ended = ({ id, tokenId, person }: Session, reason: 'signed_out' | 'reused'): NewEntry => ({
  type: 'SessionEnded',
  actor: { kind: 'token', id: tokenId },
  subject: { tokenId },
  data: { session: id, person, reason },
});

/** Throws `not_found`, for sessions of other tokens too. */
export const requireSession =
  ({ sessionById, now }: Pick<EndDeps, 'sessionById' | 'now'>) =>
  async ({ teamId, tokenId, session: id }: SessionRef): Promise<Session> => {
    const session = await sessionById(teamId, id);
    if (!session || session.tokenId !== tokenId || isOver(session, now()))
      throw new Problem('not_found', `Your token has no session ${id}.`);
    return session;
  };

/** Invalidates the cookie immediately and the access tokens within a minute. Throws `not_found`. */
export const endSession =
  (deps: EndDeps) =>
  async (ref: SessionRef): Promise<void> => {
    const session = await requireSession(deps)(ref);
    const { teamId } = session;
    const changes = [sessionRemoved(session)];
    await deps.commit({ teamId, at: deps.now(), changes, entries: [ended(session, 'signed_out')] });
  };

/** A page of the open sessions of the token, the newest first. */
export const listSessions =
  ({ sessionsOf, now }: Pick<EndDeps, 'sessionsOf' | 'now'>) =>
  async ({ teamId, tokenId }: Omit<SessionRef, 'session'>, query: ListQuery): Promise<Page<Session>> => {
    const at = now();
    const all = await sessionsOf(teamId);
    const own = all.filter((session) => session.tokenId === tokenId && !isOver(session, at)).reverse();
    return pageWithin(own, query, { keyOf: ({ id }) => id, newestFirst: true });
  };
