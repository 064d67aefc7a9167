/** Items of sessions and sign-in codes, in the partition of their team. The table drops them when they are over. */

import { Problem } from '#lib/model/problem.ts';
import type { Session, SignInCode } from '#lib/model/session.ts';
import { type Address, teamPartition } from './address.ts';
import type { Change } from './change.ts';

export const sessionRow = (teamId: string, id: string): Address => ({
  pk: teamPartition(teamId),
  sk: `SESSION#${id}`,
});
export const signInCodeRow = (teamId: string, id: string): Address => ({
  pk: teamPartition(teamId),
  sk: `SIGNIN#${id}`,
});

export const sessionCreated = (session: Session): Change => ({
  kind: 'create',
  row: { ...sessionRow(session.teamId, session.id), ...session },
});
export const sessionSaved = (session: Session): Change => ({
  kind: 'save',
  row: { ...sessionRow(session.teamId, session.id), ...session },
});
export const sessionRemoved = ({ teamId, id }: Pick<Session, 'teamId' | 'id'>): Change => ({
  kind: 'remove',
  row: sessionRow(teamId, id),
});

export const signInCodeCreated = (code: SignInCode): Change => ({
  kind: 'create',
  row: { ...signInCodeRow(code.teamId, code.id), ...code },
});

/** A code works once: of two requests at the same time, one fails with `unauthenticated`. */
export const signInCodeUsed = ({ teamId, id }: SignInCode): Change => ({
  kind: 'remove',
  row: signInCodeRow(teamId, id),
  present: true,
  otherwise: new Problem('unauthenticated', 'This sign-in code was used already. Ask for another one.'),
});
