/** Whether something can be done with a database now: it must serve, and its key must not be locked out. */

import type { Database } from './database.ts';
import type { Needs } from './ports.ts';
import { Problem } from './problem.ts';

export type ReadinessDeps = Needs<'keyById'>;

/**
 * Throws `key_unusable` from the moment that a lockout is open, `wrong_state` unless it serves. `doing` completes
 * "cannot …".
 */
export async function assertReady({ keyById }: ReadinessDeps, database: Database, doing: string): Promise<void> {
  const { name, status, teamId, keyId, keyArn } = database;
  const key = keyId ? await keyById(teamId, keyId) : null;
  const lockedOut = status === 'stopping' || status === 'stopped' || status === 'starting';
  if (lockedOut || key?.lockoutId || key?.status === 'unusable') {
    throw new Problem(
      'key_unusable',
      `Database ${name} cannot ${doing} while its key ${keyArn} is locked out. Make the key usable again, then repeat.`,
      { cause: key?.check.cause ?? null, lockout: key?.lockoutId ?? null, state: status },
    );
  }
  if (status !== 'available' && status !== 'following') {
    const patience = status === 'creating' ? ' Repeat once it is available.' : '';
    throw new Problem('wrong_state', `Database ${name} is ${status}, so it cannot ${doing}.${patience}`, {
      state: status,
    });
  }
}
