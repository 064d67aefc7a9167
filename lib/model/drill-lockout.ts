/** The lockout of a simulated drill: it holds the fork alone, and the drill decides its verdict. Pure. */
import type { Drill } from './drill.ts';
import type { Actor } from './entry.ts';
import type { NewId } from './ids.ts';
import type { Part } from './items/bounds.ts';
import { lockoutCreated, lockoutSaved } from './items/lockouts.ts';
import type { Lockout } from './lockout.ts';
import { subjectOf } from './lockout.ts';
import { moved, workflowFor } from './lockout-decision.ts';
import { runAgain } from './lockout-transitions.ts';
import { newLockout, openedEntry } from './new-lockout.ts';

interface Opened {
  readonly lockout: Lockout;
  readonly part: Part;
}

const actor: Actor = { kind: 'workflow', id: 'drill' };

export function openedForDrill(drill: Drill, at: Date, newId: NewId): Opened {
  const { teamId, keyId, keyArn, forkId: databaseId } = drill;
  const waitingSeconds = drill.waitingPeriodMinutes * 60;
  const key = { id: keyId, teamId, arn: keyArn };
  const lockout: Lockout = {
    ...newLockout({ id: newId('lk'), key, cause: 'key_disabled', noticedBy: 'drill', at, waitingSeconds }),
    drill: { drillId: drill.id, databaseId, keyId, verdict: 'unusable' },
  };
  return {
    lockout,
    part: {
      changes: [lockoutCreated(lockout)],
      entries: [openedEntry(lockout, { actor, databases: 1, checks: [] })],
      effects: [workflowFor(lockout)],
    },
  };
}

/** The stopped lockout with the verdict of a usable key, on its way back. */
export function restoredForDrill(lockout: Lockout, at: Date): Part {
  const usable: Lockout = lockout.drill ? { ...lockout, drill: { ...lockout.drill, verdict: 'usable' } } : lockout;
  const { lockout: next, entries, effects } = moved(usable, 'starting_servers', { actor, checks: [], at });
  return { changes: [lockoutSaved(next)], entries, effects };
}

/** Ends a drill's lockout in any state. A running execution is superseded and has no further effect. */
export const cancelledForDrill = (lockout: Lockout, at: Date): Part => ({
  changes: [
    lockoutSaved({
      ...lockout,
      ...runAgain(lockout, at),
      state: 'cancelled',
      machine: null,
      steps: [...lockout.steps, { state: 'cancelled', at: at.toISOString() }],
    }),
  ],
  entries: [
    { type: 'LockoutCancelled', actor, subject: subjectOf(lockout), data: { arn: lockout.keyArn, checks: [] } },
  ],
});
