/** What needs a person, of all keys: the most urgent first. Warnings that several keys share are one concern. */
import type { Key, Lockout } from '../api/types.ts';
import { checkedCause, lockoutCause } from './causes.ts';
import { keyName } from './key-row.ts';
import { refusalsOf } from './key-status.ts';
import { count } from './names.ts';
import { day } from './time.ts';
import type { Tone } from './tone.ts';

export interface ConcernedKey {
  readonly id: string;
  readonly name: string;
}

export interface Concern {
  readonly id: string;
  readonly tone: Tone;
  readonly text: string;
  /** When databases stop (ISO 8601); null if they do not, or did already. */
  readonly stopsAt: string | null;
  /** Some of the keys that it is about. */
  readonly keys: readonly ConcernedKey[];
  /** Further keys. */
  readonly more: number;
}

/** Keys that are named for one concern. */
const named = 4;

const urgency: Readonly<Record<Tone, number>> = { amber: 1, red: 2, grey: 3, blue: 4, green: 5 };
const rank = ({ stopsAt, tone }: Concern): number => (stopsAt ? 0 : urgency[tone]);

/** The first early warning comes 30 days before a date (promise 13). */
const warnedMs = 30 * 86_400_000;

/** `now`: of the server, in milliseconds since the epoch. */
export function concerns(keys: readonly Key[], lockouts: readonly Lockout[], now: number): Concern[] {
  const byId = new Map(lockouts.map((lockout) => [lockout.id, lockout]));
  const urgent = keys.flatMap((key) => outageOf(key, byId.get(key.lockout ?? '') ?? null) ?? []);
  const sorted = urgent.sort((a, b) => rank(a) - rank(b) || (a.stopsAt ?? '').localeCompare(b.stopsAt ?? ''));
  return [...sorted, ...keys.flatMap((key) => expiryOf(key, now) ?? []), ...shared(keys)];
}

const about = (key: Key): Pick<Concern, 'id' | 'keys' | 'more'> => ({
  id: key.id,
  keys: [{ id: key.id, name: keyName(key) }],
  more: 0,
});

/** Null if the key serves, or comes back by itself. */
function outageOf(key: Key, lockout: Lockout | null): Concern | null {
  const databases = count(key.databases, 'database');
  if (key.lockout) return lockout && lockedOut(key, lockout, databases);
  if (key.status === 'usable') return null;
  if (key.status === 'degraded')
    return { ...about(key), tone: 'amber', text: `${refusalsOf(key)} What serves goes on.`, stopsAt: null };
  const cause = checkedCause(key);
  const consequence =
    key.status === 'unknown'
      ? 'Nothing is stopped for that'
      : key.databases > 0
        ? `${databases} at risk`
        : 'No database uses it';
  const tone = key.status === 'unknown' ? 'grey' : 'red';
  return { ...about(key), tone, text: `${cause}. ${consequence}.`, stopsAt: null };
}

function lockedOut(key: Key, lockout: Lockout, databases: string): Concern | null {
  const gone = lockout.deletionDate ? ` KMS deletes it on ${day(lockout.deletionDate)}.` : '';
  const text = `${lockoutCause(lockout)}.${gone} ${databases}`;
  const are = key.databases === 1 ? 'is' : 'are';
  if (lockout.state === 'waiting')
    return {
      ...about(key),
      tone: 'amber',
      text: `${text} still ${key.databases === 1 ? 'serves' : 'serve'}.`,
      stopsAt: lockout.deadline,
    };
  if (lockout.state === 'stopped')
    return { ...about(key), tone: 'red', text: `${text} ${are} stopped.`, stopsAt: null };
  if (lockout.state.startsWith('stopping'))
    return { ...about(key), tone: 'red', text: `${text} ${are} being stopped.`, stopsAt: null };
  return null;
}

function expiryOf(key: Key, now: number): Concern | null {
  const { validTo } = key.check;
  if (key.lockout || !validTo || Date.parse(validTo) > now + warnedMs) return null;
  const text = `The key material expires on ${day(validTo)}. Import it again before that.`;
  return { ...about(key), id: `${key.id} expiry`, tone: 'amber', text, stopsAt: null };
}

const notReady = 'Turning the key off and on would not work today; its page says why.';

/** Warnings, and keys that are not ready, each with all keys that it is true of. */
function shared(keys: readonly Key[]): Concern[] {
  const byText = new Map<string, ConcernedKey[]>();
  for (const key of keys)
    for (const text of [
      ...(key.readiness.verdict === 'not_ready' && key.status === 'usable' ? [notReady] : []),
      ...key.check.warnings.map(({ detail }) => detail),
    ])
      byText.set(text, [...(byText.get(text) ?? []), { id: key.id, name: keyName(key) }]);
  return [...byText].map(([text, all]) => ({
    ...{ id: text, tone: 'amber' as const, text, stopsAt: null },
    keys: all.slice(0, named),
    more: Math.max(0, all.length - named),
  }));
}
