/** What the CLI prints as a warning beside an answer: keys whose databases are locked out, or are about to be. The same warning is printed once. */
import type { Database } from '#lib/model/database.ts';
import { type FindDeps, situationsOf } from './find.ts';
import { lockoutWarning } from './lockout.ts';

export type WarnDeps = Pick<FindDeps, 'keyById' | 'lockoutById'> & { readonly now: () => Date };

/** The header that carries it is short. */
const keysShown = 3;
const namesShown = 5;

export async function warningOf(deps: WarnDeps, databases: readonly Database[]): Promise<string | null> {
  const now = deps.now();
  const warnings = [...(await situationsOf(deps, databases)).values()].flatMap((situation) => {
    const warning = lockoutWarning(situation, namesOn(situation.key.id, databases), now);
    return warning ? [warning] : [];
  });
  return warnings.length > 0 ? briefly(warnings, keysShown).join(' ') : null;
}

const namesOn = (keyId: string, databases: readonly Database[]): string[] =>
  briefly(
    databases
      .filter((database) => database.keyId === keyId)
      .map(({ name }) => name)
      .sort(),
    namesShown,
  );

const briefly = (texts: readonly string[], most: number): string[] =>
  texts.length > most ? [...texts.slice(0, most), `and ${texts.length - most} more`] : [...texts];
