/** Compares the lockouts' rows with the states that the team's chain records. */

import type { Entry } from '#lib/model/entry.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { Needs } from '#lib/model/ports.ts';

type Step = Lockout['steps'][number];

/** The states of each lockout by its entries, oldest first. */
export type Told = Map<string, Step[]>;

const states: Readonly<Record<string, Lockout['state']>> = {
  LockoutOpened: 'waiting',
  DatabasesStopped: 'stopped',
  DatabasesRestored: 'restored',
  LockoutCancelled: 'cancelled',
};

const stateIn = ({ type, data }: Entry): Lockout['state'] | undefined =>
  type === 'LockoutAdvanced' ? (data.to as Lockout['state']) : states[type];

export function noteLockouts(told: Told, entries: readonly Entry[]): void {
  for (const entry of entries) {
    const state = stateIn(entry);
    const { lockoutId } = entry.subject;
    if (state && lockoutId) told.set(lockoutId, [...(told.get(lockoutId) ?? []), { state, at: entry.at }]);
  }
}

export type RowDeps = Needs<'lockoutById' | 'chainOf'>;

export interface RowFault {
  readonly lockout: string;
  readonly reason: 'missing' | 'changed';
}

export interface ToldUpTo {
  readonly teamId: string;
  readonly told: Told;
  /** The sequence number of the last entry that was read. */
  readonly upTo: number;
}

/**
 * Rows that contradict the entries. If a lockout advanced after the entries were read, its later entries are read too.
 */
export async function rowFaults(deps: RowDeps, { teamId, told, upTo }: ToldUpTo): Promise<RowFault[]> {
  const faults: RowFault[] = [];
  for (const [lockout, known] of told) {
    const row = await deps.lockoutById(teamId, lockout);
    if (!row) faults.push({ lockout, reason: 'missing' });
    else if (!(await says(deps, row, { known, upTo }))) faults.push({ lockout, reason: 'changed' });
  }
  return faults;
}

const isSame = (a: Step | undefined, b: Step | undefined): boolean => a?.state === b?.state && a?.at === b?.at;
const startsWith = (steps: readonly Step[], beginning: readonly Step[]): boolean =>
  beginning.every((step, index) => isSame(step, steps[index]));

/** Whether the row has the known steps consecutively, its state is its last step, and later steps have entries too. */
async function says(
  deps: RowDeps,
  row: Lockout,
  { known, upTo }: { known: readonly Step[]; upTo: number },
): Promise<boolean> {
  const { id, teamId, state, steps } = row;
  const from = steps.findIndex((_, index) => startsWith(steps.slice(index), known));
  if (from < 0 || steps.at(-1)?.state !== state) return false;
  const behind = steps.slice(from + known.length);
  if (behind.length === 0) return true;
  const later: Told = new Map();
  noteLockouts(later, (await deps.chainOf(teamId, upTo)).items);
  return startsWith(later.get(id) ?? [], behind);
}
