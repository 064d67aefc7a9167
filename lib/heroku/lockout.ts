/** Describes a key's lockout for a terminal: cause, deadline and the commands that end it. */

import { causeText } from '#lib/model/cause-text.ts';
import type { Database } from '#lib/model/database.ts';
import type { Key } from '#lib/model/key.ts';
import { isOver, type Lockout } from '#lib/model/lockout.ts';
import { presentCause } from '#lib/model/present-cause.ts';
import { type PresentCause, type RemedyInput, remedyFor, remedyLine } from '#lib/model/remedy.ts';
import { clockTime, day, duration } from '#lib/notifications/mail/times.ts';

/** A database's key and its open lockout. */
export interface KeySituation {
  readonly key: Key;
  readonly lockout: Lockout | null;
}

/** A predicate for the key's name, such as `is disabled`. */
export function describeCause(present: PresentCause | null): string {
  if (!present) return 'is not usable';
  const { cause, deletionDate, isGone } = present;
  const { predicate } = causeText(present);
  return deletionDate && cause === 'deletion_scheduled' && !isGone ? `${predicate} on ${day(deletionDate)}` : predicate;
}

/** Null while the key is usable. */
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

/** The remedy in one line: the commands, or where to find them if they are too long. */
export function remedyText(key: Key, present: PresentCause): string {
  if (present.isGone) return 'nothing brings a deleted key back.';
  return remedyLine(remedyInput(key, present)) ?? 'heroku redis:info shows the commands.';
}

/** One sentence for all databases of a key; null without an open lockout. */
export function lockoutWarning({ key, lockout }: KeySituation, names: readonly string[], now: Date): string | null {
  if (!lockout || isOver(lockout.state)) return null;
  const subjects = names.join(', ');
  const verb = names.length === 1 ? 'is' : 'are';
  const present = lockout.state.startsWith('starting') ? null : presentCause(key, lockout);
  if (!present && lockout.state === 'waiting') return null;
  if (!present) return `${subjects} ${verb} locked out until started again: the key ${key.arn} is usable.`;
  const predicate = `the key ${key.arn} ${describeCause(present)}`;
  const remedy = remedyText(key, present);
  if (lockout.state !== 'waiting') return `${subjects} ${verb} locked out: ${predicate}. To get back: ${remedy}`;
  const stop = names.length === 1 ? 'stops' : 'stop';
  return (
    `${subjects} ${stop} at ${clockTime(lockout.deadline)} (${countdown(lockout, now)}): ${predicate}. ` +
    `To prevent it: ${remedy}`
  );
}

/** `in 9 minutes`. */
export const countdown = ({ deadline }: Lockout, now: Date): string => {
  const seconds = (Date.parse(deadline) - now.getTime()) / 1000;
  return seconds > 0 ? `in ${duration(seconds)}` : 'any moment';
};

/** Replaces a secret that cannot be read, so that clients use no old or empty value. */
export const unreadable = ({ keyArn }: Database, present: PresentCause | null): string =>
  `(unreadable: the key ${keyArn ?? 'of the platform'} ${describeCause(present)})`;

/** Replaces a secret that a database does not have yet. */
export const notReady = ({ status }: Database): string => `(unreadable: the database is ${status})`;
