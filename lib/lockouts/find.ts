/** Finding a lockout of the team. */

import type { Lockout } from '#lib/model/lockout.ts';
import { notFound } from '#lib/model/problem.ts';

/** Throws `not_found`. */
export const foundLockout =
  ({ lockoutById }: { readonly lockoutById: (teamId: string, id: string) => Promise<Lockout | null> }) =>
  async (teamId: string, id: string): Promise<Lockout> => {
    const lockout = await lockoutById(teamId, id);
    if (!lockout) throw notFound('lockout', id);
    return lockout;
  };
