/** A key's trouble, as a person at a terminal reads it: what is the matter, until when, and the command that ends it. */

import type { Database } from '#lib/model/database.ts';
import type { Cause, Key } from '#lib/model/key.ts';
import { isOver, type Lockout } from '#lib/model/lockout.ts';
import { presentCause } from '#lib/model/present-cause.ts';
import { type PresentCause, type RemedyInput, remedyFor, remedyLine } from '#lib/model/remedy.ts';
import { clockTime, day, duration } from '#lib/notifications/mail/times.ts';

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
export function matterOf(present: PresentCause | null): string {
  if (!present) return 'is not usable';
  if (present.isGone) return 'is deleted';
  const { cause, deletionDate } = present;
  return deletionDate && cause === 'deletion_scheduled'
    ? `is scheduled for deletion on ${day(deletionDate)}`
    : matters[cause];
}

/** Null while nothing is the matter. */
export const presentCauseIn = (situation: KeySituation | null | undefined): PresentCause | null =>
  situation ? presentCause(situation.key, situation.lockout) : null;

const remedyInput = ({ arn, check }: Key, present: PresentCause): RemedyInput => ({
  arn,
  present,
  statements: check.fixes.map(({ statement }) => statement),
});

/** The commands that make the key usable again, in order. */
export const commandsFor = (key: Key, present: PresentCause): string[] =>
  remedyFor(remedyInput(key, present)).flatMap(({ commands }) => commands);

/** The same in one line: the commands, or where to find them if they are too long. */
export function wayBack(key: Key, present: PresentCause): string {
  if (present.isGone) return 'nothing brings a deleted key back.';
  return remedyLine(remedyInput(key, present)) ?? 'heroku redis:info shows the commands.';
}

/** One sentence for all the databases of a key; null while nothing is the matter. */
export function lockoutWarning({ key, lockout }: KeySituation, names: readonly string[], now: Date): string | null {
  if (!lockout || isOver(lockout.state)) return null;
  const who = names.join(', ');
  const are = names.length === 1 ? 'is' : 'are';
  const present = lockout.state.startsWith('starting') ? null : presentCause(key, lockout);
  if (!present && lockout.state === 'waiting') return null;
  if (!present) return `${who} ${are} locked out until started again: the key ${key.arn} is usable.`;
  const matter = `the key ${key.arn} ${matterOf(present)}`;
  const remedy = wayBack(key, present);
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
export const unreadable = ({ keyArn }: Database, present: PresentCause | null): string =>
  `(unreadable: the key ${keyArn ?? 'of the platform'} ${matterOf(present)})`;

/** Where no key is to blame. */
export const notYet = ({ status }: Database): string => `(unreadable: the database is ${status})`;
