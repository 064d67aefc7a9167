/** Compares the lockouts' rows with the states that the team's chain records. */

import type { Entry } from '#lib/model/entry.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { Needs } from '#lib/model/ports.ts';

type Step = Lockout['steps'][number];

/** The states of each lockout by its entries, oldest first. */
export type LockoutSteps = Map<string, Step[]>;

const states: Readonly<Record<string, Lockout['state']>> = {
  LockoutOpened: 'waiting',
  DatabasesStopped: 'stopped',
  DatabasesRestored: 'restored',
  LockoutCancelled: 'cancelled',
};

const stateIn = ({ type, data }: Entry): Lockout['state'] | undefined =>
  type === 'LockoutAdvanced' ? (data.to as Lockout['state']) : states[type];

export function noteLockouts(recorded: LockoutSteps, entries: readonly Entry[]): void {
  for (const entry of entries) {
    const state = stateIn(entry);
    const { lockoutId } = entry.subject;
    if (state && lockoutId) recorded.set(lockoutId, [...(recorded.get(lockoutId) ?? []), { state, at: entry.at }]);
  }
}

export type RowDeps = Needs<'lockoutById' | 'chainOf'>;

export interface RowFault {
  readonly lockout: string;
  readonly reason: 'missing' | 'changed';
}

export interface LockoutsUpTo {
  readonly teamId: string;
  readonly recorded: LockoutSteps;
  /** The sequence number of the last entry that was read. */
  readonly upTo: number;
}

/**
 * Rows that contradict the entries. If a lockout advanced after the entries were read, its later entries are read too.
 */
export async function rowFaults(deps: RowDeps, { teamId, recorded, upTo }: LockoutsUpTo): Promise<RowFault[]> {
  const faults: RowFault[] = [];
  for (const [lockout, known] of recorded) {
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
  const later: LockoutSteps = new Map();
  noteLockouts(later, (await deps.chainOf(teamId, upTo)).items);
  return startsWith(later.get(id) ?? [], behind);
}
