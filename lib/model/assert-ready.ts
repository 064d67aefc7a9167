/** Whether something can be done with a database now: it must serve, and its key must not be locked out. */

import type { Database } from './database.ts';
import type { Action, Key } from './key.ts';
import type { Needs } from './ports.ts';
import { Problem, wrongState } from './problem.ts';
import { assertKeyAllows } from './refusals.ts';

export type AssertReadyDeps = Needs<'keyById'>;

export interface Purpose {
  /** Completes "cannot …". */
  readonly doing: string;
  /** The actions that it needs of the database's key, if it has one; none by default. */
  readonly needs?: readonly Action[];
}

/**
 * Throws `key_unusable` from the moment that a lockout is open, `wrong_state` unless it serves, `key_degraded` if its
 * key refuses an action that is needed.
 */
export async function assertReady(
  { keyById }: AssertReadyDeps,
  database: Database,
  { doing, needs = [] }: Purpose,
): Promise<void> {
  const { name, teamId, keyId } = database;
  const key = keyId ? await keyById(teamId, keyId) : null;
  assertNotLockedOut(key, database, doing);
  assertServes(database, doing);
  if (key) assertKeyAllows(key, { subject: `Database ${name}`, doing, needs });
}

function assertNotLockedOut(key: Key | null, { name, status, keyArn }: Database, doing: string): void {
  const lockedOut = status === 'stopping' || status === 'stopped' || status === 'starting';
  if (!lockedOut && !key?.lockoutId && key?.status !== 'unusable') return;
  throw new Problem(
    'key_unusable',
    `Database ${name} cannot ${doing} while its key ${keyArn} is locked out. Make the key usable again, then repeat.`,
    { cause: key?.check.cause ?? null, lockout: key?.lockoutId ?? null, state: status },
  );
}

function assertServes({ name, status }: Database, doing: string): void {
  if (status === 'available' || status === 'following') return;
  const patience = status === 'creating' ? ' Repeat once it is available.' : '';
  throw wrongState(status, `Database ${name} is ${status}, so it cannot ${doing}.${patience}`);
}
