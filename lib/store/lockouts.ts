/** Lockouts of a team, newest last by id. */
import type { Lockout } from '#lib/model/lockout.ts';
import type { ListQuery } from './apps.ts';
import type { Change } from './commit.ts';
import { type Address, type Page, readRange, readRow, teamPartition } from './table.ts';

const lockoutRow = (teamId: string, id: string): Address => ({ pk: teamPartition(teamId), sk: `LOCKOUT#${id}` });

export const lockoutStore = () => ({
  lockoutById: (teamId: string, id: string) => readRow<Lockout>(lockoutRow(teamId, id)),
  /** Newest first. */
  listLockouts: (teamId: string, { after, limit }: ListQuery): Promise<Page<Lockout & Address>> =>
    readRange({ pk: teamPartition(teamId), prefix: 'LOCKOUT#', after, limit, newestFirst: true }),
});

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
