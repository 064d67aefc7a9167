/** A lockout at the beginning of its waiting period, and the entry that says so. Pure. */
import { plusSeconds } from './clock.ts';
import type { Actor, NewEntry } from './entry.ts';
import type { Cause, Key } from './key.ts';
import type { CheckFact } from './key-check.ts';
import { type Lockout, subjectOf } from './lockout.ts';

interface Opening {
  readonly id: string;
  readonly key: Pick<Key, 'id' | 'teamId' | 'arn'>;
  readonly cause: Cause;
  readonly noticedBy: string;
  readonly at: Date;
  readonly waitingSeconds: number;
}

export const newLockout = ({ id, key, cause, noticedBy, at, waitingSeconds }: Opening): Lockout => ({
  id,
  teamId: key.teamId,
  keyId: key.id,
  keyArn: key.arn,
  state: 'waiting',
  cause,
  openedAt: at.toISOString(),
  deadline: plusSeconds(at, waitingSeconds).toISOString(),
  noticedBy,
  steps: [{ state: 'waiting', at: at.toISOString() }],
  run: 1,
  runAt: at.toISOString(),
  machine: 'key-shutdown',
  round: 0,
  version: 1,
});

export const openedEntry = (
  lockout: Lockout,
  { actor, databases, checks }: { actor: Actor; databases: number; checks: readonly CheckFact[] },
): NewEntry => ({
  type: 'LockoutOpened',
  actor,
  subject: subjectOf(lockout),
  data: { arn: lockout.keyArn, cause: lockout.cause, deadline: lockout.deadline, databases, checks: [...checks] },
});
