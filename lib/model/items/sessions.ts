/** Items of sessions and sign-in codes, in the partition of their team. The table drops them when they are over. */

import { Problem } from '#lib/model/problem.ts';
import type { Session, SignInCode } from '#lib/model/session.ts';
import { inTeam } from './address.ts';
import { type Change, created, saved } from './change.ts';

export const sessionRow = (teamId: string, id: string) => inTeam(teamId, `SESSION#${id}`);
export const signInCodeRow = (teamId: string, id: string) => inTeam(teamId, `SIGNIN#${id}`);

export const sessionCreated = (session: Session): Change => created(sessionRow(session.teamId, session.id), session);
export const sessionSaved = (session: Session): Change => saved(sessionRow(session.teamId, session.id), session);
export const sessionRemoved = ({ teamId, id }: Pick<Session, 'teamId' | 'id'>): Change => ({
  kind: 'remove',
  row: sessionRow(teamId, id),
});

export const signInCodeCreated = (code: SignInCode): Change => created(signInCodeRow(code.teamId, code.id), code);

/** A code works once: of two requests at the same time, one fails with `unauthenticated`. */
export const signInCodeUsed = ({ teamId, id }: SignInCode): Change => ({
  kind: 'remove',
  row: signInCodeRow(teamId, id),
  present: true,
  otherwise: new Problem('unauthenticated', 'This sign-in code was used already. Ask for another one.'),
});
