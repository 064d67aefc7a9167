/** A key's trouble, as a person at a terminal reads it: what is the matter, until when, and the command that ends it. */
import type { Database } from '#lib/databases/database.ts';
import { parseKeyArn } from '#lib/keys/arn.ts';
import type { Cause, Key } from '#lib/keys/key.ts';
import { isOver, type Lockout } from '#lib/lockouts/lockout.ts';
import { clockTime, duration } from '#lib/notifications/mail/times.ts';

/** What is known of a database's key; `lockout` is the open one. */
export interface KeySituation {
  readonly key: Key;
  readonly lockout: Lockout | null;
}

const matters: Readonly<Record<Cause, string>> = {
  key_disabled: 'is disabled',
  deletion_scheduled: 'is scheduled for deletion',
  material_expired: 'has lost its key material',
  access_denied: 'no longer lets the platform use it',
  key_store_unavailable: 'is in a key store that does not answer',
  kms_unreachable: 'gets no answer from KMS',
};

/** `is disabled`, to go behind the key's name. */
export const matterOf = (cause: Cause | null): string => (cause ? matters[cause] : 'is not usable');

/** The command, or its beginning, that makes the key usable again. */
export function wayBack({ arn, check }: Key, cause: Cause | null): string {
  const kms = (operation: string) => `aws kms ${operation} --key-id ${arn} --region ${parseKeyArn(arn).region}`;
  if (cause === 'deletion_scheduled') return `${kms('cancel-key-deletion')} && ${kms('enable-key')}`;
  if (cause === 'material_expired') return kms('import-key-material');
  if (cause === 'access_denied') return `${kms('put-key-policy')} --policy-name default --policy file://key-policy.json`;
  return check.keyState === 'Enabled' ? kms('describe-key') : kms('enable-key');
}

/** One sentence for all the databases of a key; null while nothing is the matter. */
export function lockoutWarning({ key, lockout }: KeySituation, names: readonly string[], now: Date): string | null {
  if (!lockout || isOver(lockout.state)) return null;
  const who = names.join(', ');
  const are = names.length === 1 ? 'is' : 'are';
  if (lockout.state.startsWith('starting')) return `${who} ${are} locked out until started again: the key ${key.arn} is usable.`;
  const matter = `the key ${key.arn} ${matterOf(lockout.cause)}`;
  const remedy = wayBack(key, lockout.cause);
  if (lockout.state !== 'waiting') return `${who} ${are} locked out: ${matter}. To get back: ${remedy}`;
  const stop = names.length === 1 ? 'stops' : 'stop';
  return `${who} ${stop} at ${clockTime(lockout.deadline)} (${countdown(lockout, now)}): ${matter}. To prevent it: ${remedy}`;
}

/** `in 9 minutes`. */
export const countdown = ({ deadline }: Lockout, now: Date): string => {
  const seconds = (Date.parse(deadline) - now.getTime()) / 1000;
  return seconds > 0 ? `in ${duration(seconds)}` : 'any moment';
};

/** Stands where a secret would be, so that nothing old or empty is taken for it. */
export const unreadable = ({ keyArn }: Database, cause: Cause | null): string =>
  `(unreadable: the key ${keyArn ?? 'of the platform'} ${matterOf(cause)})`;

/** Where no key is to blame. */
export const notYet = ({ status }: Database): string => `(unreadable: the database is ${status})`;
