/** Whether a key can be deleted without losing anything. Pure. */
import type { Backup } from '#lib/model/backup.ts';
import type { Database } from '#lib/model/database.ts';
import type { Key } from '#lib/model/key.ts';

export interface Dependents {
  readonly key: Pick<Key, 'databases'>;
  readonly databases: readonly Pick<Database, 'name'>[];
  /** Followers on other keys. */
  readonly followers: readonly Pick<Database, 'name'>[];
  readonly backups: readonly Pick<Backup, 'expiresAt'>[];
}

export interface Verdict {
  readonly verdict: 'yes' | 'no';
  readonly because: readonly string[];
}

export function safeToDelete({ key, databases, followers, backups }: Dependents): Verdict {
  // The count is exact, the list comes from an index that may lag.
  const count = Math.max(key.databases, databases.length);
  const because = [
    ...(count > 0 ? [`${named(count, 'database', databases)} encrypted under it, and would be lost for good.`] : []),
    ...(followers.length > 0
      ? [
          `${named(followers.length, 'follower', followers)} under another key, but copying from a database under ` +
            'this one.',
        ]
      : []),
    ...(backups.length > 0
      ? [
          `${howMany(backups.length, 'backup')} encrypted under it, and would be lost for good. The last one is ` +
            `kept until ${lastOf(backups)}.`,
        ]
      : []),
  ];
  if (because.length > 0) return { verdict: 'no', because };
  return { verdict: 'yes', because: ['No database, follower or backup of your team depends on it.'] };
}

const shown = 5;

const howMany = (count: number, noun: string) => (count === 1 ? `1 ${noun} is` : `${count} ${noun}s are`);

function named(count: number, noun: string, some: readonly { readonly name: string }[]): string {
  const names = some.slice(0, shown).map(({ name }) => name);
  const more = count > names.length ? ', …' : '';
  return names.length > 0
    ? `${howMany(count, noun).replace(/ (is|are)$/, ` (${names.join(', ')}${more}) $1`)}`
    : howMany(count, noun);
}

const lastOf = (backups: readonly Pick<Backup, 'expiresAt'>[]): string =>
  backups
    .map(({ expiresAt }) => expiresAt)
    .sort()
    .at(-1) ?? '';
