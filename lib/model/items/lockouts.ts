/** Items of lockouts. */
import type { Lockout } from '#lib/model/lockout.ts';
import { inTeam } from './address.ts';
import { type Change, created, saved } from './change.ts';

export const lockoutRow = (teamId: string, id: string) => inTeam(teamId, `LOCKOUT#${id}`);

export const lockoutCreated = (lockout: Lockout): Change => created(lockoutRow(lockout.teamId, lockout.id), lockout);

/** Nothing changes: the lockout is where it was. */
export const stateExpected = ({ teamId, id, state }: Pick<Lockout, 'teamId' | 'id' | 'state'>): Change => ({
  kind: 'expect',
  address: lockoutRow(teamId, id),
  attribute: 'state',
  value: state,
});

export const lockoutSaved = (lockout: Lockout): Change => saved(lockoutRow(lockout.teamId, lockout.id), lockout);
