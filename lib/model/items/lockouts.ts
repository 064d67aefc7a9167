/** Items of lockouts. */
import type { Lockout } from '#lib/model/lockout.ts';
import { type Address, teamPartition } from './address.ts';
import type { Change } from './change.ts';

export const lockoutRow = (teamId: string, id: string): Address => ({ pk: teamPartition(teamId), sk: `LOCKOUT#${id}` });

export const lockoutCreated = (lockout: Lockout): Change => ({
  kind: 'create',
  row: { ...lockoutRow(lockout.teamId, lockout.id), ...lockout },
});

/** Nothing changes: the lockout is where it was. */
export const stateExpected = ({ teamId, id, state }: Pick<Lockout, 'teamId' | 'id' | 'state'>): Change => ({
  kind: 'expect',
  address: lockoutRow(teamId, id),
  attribute: 'state',
  value: state,
});

export const lockoutSaved = (lockout: Lockout): Change => ({
  kind: 'save',
  row: { ...lockoutRow(lockout.teamId, lockout.id), ...lockout },
});
