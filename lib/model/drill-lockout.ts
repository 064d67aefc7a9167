/** The lockout of a simulated drill: it holds the fork alone, and the drill decides its verdict. Pure. */
import { plusSeconds } from './clock.ts';
import type { Drill } from './drill.ts';
import type { Actor } from './entry.ts';
import type { NewId } from './ids.ts';
import type { Part } from './items/bounds.ts';
import { lockoutCreated, lockoutSaved } from './items/lockouts.ts';
import type { Lockout } from './lockout.ts';
import { moved, subjectOf, workflowFor } from './lockout-decision.ts';
import { runAgain } from './lockout-transitions.ts';

interface Opened {
  readonly lockout: Lockout;
  readonly part: Part;
}

const actor: Actor = { kind: 'workflow', id: 'drill' };

export function openedForDrill(drill: Drill, at: Date, newId: NewId): Opened {
  const lockout: Lockout = {
    id: newId('lk'),
    teamId: drill.teamId,
    keyId: drill.keyId,
    keyArn: drill.keyArn,
    state: 'waiting',
    cause: 'key_disabled',
    openedAt: at.toISOString(),
    deadline: plusSeconds(at, drill.waitingPeriodMinutes * 60).toISOString(),
    noticedBy: 'drill',
    steps: [{ state: 'waiting', at: at.toISOString() }],
    run: 1,
    runAt: at.toISOString(),
    machine: 'key-shutdown',
    round: 0,
    drill: { drillId: drill.id, databaseId: drill.forkId, keyId: drill.keyId, verdict: 'unusable' },
    version: 1,
  };
  const { cause, deadline } = lockout;
  const data = { arn: drill.keyArn, cause, deadline, databases: 1, checks: [] };
  return {
    lockout,
    part: {
      changes: [lockoutCreated(lockout)],
      entries: [{ type: 'LockoutOpened', actor, subject: subjectOf(lockout), data }],
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

/** Ends a drill's lockout in whatever state. A running execution is superseded and changes nothing any more. */
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
