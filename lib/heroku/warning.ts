/** What the CLI prints as a warning beside any answer: databases that are locked out, or are about to be. */
import type { Database } from '#lib/databases/database.ts';
import { type FindDeps, situationsOf } from './find.ts';
import { lockoutWarning } from './lockout.ts';

export type WarnDeps = Pick<FindDeps, 'keyById' | 'lockoutById'> & { readonly now: () => Date };

/** The header that carries it is short. */
const shown = 3;

export async function warningOf(deps: WarnDeps, databases: readonly Database[]): Promise<string | null> {
  const situations = await situationsOf(deps, databases);
  const now = deps.now();
  const warnings = databases.flatMap((database) => {
    const situation = situations.get(database.keyId ?? '');
    const warning = situation ? lockoutWarning(database, situation, now) : null;
    return warning ? [warning] : [];
  });
  if (warnings.length === 0) return null;
  const rest = warnings.length - shown;
  return [...warnings.slice(0, shown), ...(rest > 0 ? [`And ${rest} more.`] : [])].join(' ');
}
