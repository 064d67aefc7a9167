/** Warns of keys whose databases are locked out or about to be; the CLI prints equal warnings once. */
import type { Database } from '#lib/model/database.ts';
import { lockoutWarning } from './lockout.ts';
import { type FindDeps, situationsOf } from './resolve.ts';

export type WarnDeps = Pick<FindDeps, 'keyById' | 'lockoutById'> & { readonly now: () => Date };

/** Limits that keep the header short. */
const keysShown = 3;
const namesShown = 5;

export async function warningOf(deps: WarnDeps, databases: readonly Database[]): Promise<string | null> {
  const now = deps.now();
  const warnings = [...(await situationsOf(deps, databases)).values()].flatMap((situation) => {
    const warning = lockoutWarning(situation, databaseNames(situation.key.id, databases), now);
    return warning ? [warning] : [];
  });
  return warnings.length > 0 ? abbreviate(warnings, keysShown).join(' ') : null;
}

const databaseNames = (keyId: string, databases: readonly Database[]): string[] =>
  abbreviate(
    databases
      .filter((database) => database.keyId === keyId)
      .map(({ name }) => name)
      .sort(),
    namesShown,
  );

const abbreviate = (texts: readonly string[], limit: number): string[] =>
  texts.length > limit ? [...texts.slice(0, limit), `and ${texts.length - limit} more`] : [...texts];
