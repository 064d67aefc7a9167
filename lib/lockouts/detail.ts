/** A lockout with its progress, expected times and remedy. */

import { restartEstimate, stopEstimate } from '#lib/keys/impact-estimate.ts';
import { plusSeconds } from '#lib/model/clock.ts';
import type { Database } from '#lib/model/database.ts';
import type { Key } from '#lib/model/key.ts';
import { isOver, type Lockout } from '#lib/model/lockout.ts';
import type { LockoutState } from '#lib/model/lockout-state.ts';
import type { Needs } from '#lib/model/ports.ts';
import { presentOf } from '#lib/model/present-cause.ts';
import { type RemedyStep, remedyFor } from '#lib/model/remedy.ts';
import { requireLockout } from '#lib/model/require.ts';
import { allDatabases } from './scope.ts';

export interface LockoutProgress {
  readonly databases: number;
  readonly servicesStopped: number;
  readonly serversStopped: number;
  readonly serversStarted: number;
  readonly servicesStarted: number;
  /** Databases that could not be stopped or started; retried every minute. */
  readonly held: number;
}

export interface LockoutDetail {
  readonly lockout: Lockout;
  /** Null once the lockout is over. */
  readonly progress: LockoutProgress | null;
  /** Estimated from the team's past lockouts; null for a phase that is not ahead or was never measured. */
  readonly expected: { readonly stoppedBy: string | null; readonly restoredBy: string | null };
  /** Empty once the key is usable. */
  readonly remedy: readonly RemedyStep[];
}

/** Enough lockouts for an estimate. */
const lockoutsRead = 100;

/** Throws `not_found`. */
export const lockoutDetail =
  (deps: Needs<'lockoutById' | 'keyById' | 'databasesOnKey' | 'databaseById' | 'listLockouts'>) =>
  async (teamId: string, id: string): Promise<LockoutDetail> => {
    const lockout = await requireLockout(deps)(teamId, id);
    const none = { stoppedBy: null, restoredBy: null };
    if (isOver(lockout.state)) return { lockout, progress: null, expected: none, remedy: [] };
    const [key, databases, past] = await Promise.all([
      deps.keyById(teamId, lockout.keyId),
      allDatabases(deps, lockout),
      deps.listLockouts(teamId, { limit: lockoutsRead }),
    ]);
    return {
      lockout,
      progress: progressOf(databases),
      expected: expectedOf(lockout, past.items),
      remedy: remedyOf(lockout, key),
    };
  };

/** Databases that are being created are not part of the lockout. */
export function progressOf(databases: readonly Database[]): LockoutProgress {
  const concerned = databases.filter(({ status }) => status !== 'creating');
  const countOf = (is: (database: Database) => boolean): number => concerned.filter(is).length;
  return {
    databases: concerned.length,
    servicesStopped: countOf(({ service }) => service === 'stopped'),
    serversStopped: countOf(({ server }) => server === 'stopped'),
    serversStarted: countOf(({ server }) => server === 'running'),
    servicesStarted: countOf(({ service }) => service === 'running'),
    held: countOf(({ failure }) => failure !== null),
  };
}

const enteredAt = ({ steps }: Lockout, state: LockoutState): string | null =>
  steps.findLast((step) => step.state === state)?.at ?? null;

const after = (from: string | null, seconds: number | null): string | null =>
  from === null || seconds === null ? null : plusSeconds(new Date(from), seconds).toISOString();

/** The stop is estimated from the deadline or its start, the restore from its start. */
export function expectedOf(lockout: Lockout, lockouts: readonly Lockout[]): LockoutDetail['expected'] {
  const past = { keyId: lockout.keyId, lockouts: lockouts.filter(({ id }) => id !== lockout.id) };
  const { state, deadline } = lockout;
  const isStopping = state === 'stopping_services' || state === 'stopping_servers';
  const stopFrom = state === 'waiting' ? deadline : isStopping ? enteredAt(lockout, 'stopping_services') : null;
  const startFrom = state.startsWith('starting') ? enteredAt(lockout, 'starting_servers') : null;
  return {
    stoppedBy: after(stopFrom, stopEstimate(past).seconds),
    restoredBy: after(startFrom, restartEstimate(past).seconds),
  };
}

function remedyOf(lockout: Lockout, key: Key | null): readonly RemedyStep[] {
  const present = presentOf(lockout);
  if (!present) return [];
  const statements = key?.check.fixes.map(({ statement }) => statement) ?? [];
  return remedyFor({ arn: lockout.keyArn, present, statements });
}
