/** What needs a person, of all keys: the most urgent first. Warnings that several keys share are one concern. */
import type { Key, Lockout } from '../api/types.ts';
import { checkedCause, lockoutCause } from './causes.ts';
import { keyName } from './key-row.ts';
import { count } from './names.ts';
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

export function concerns(keys: readonly Key[], lockouts: readonly Lockout[]): Concern[] {
  const byId = new Map(lockouts.map((lockout) => [lockout.id, lockout]));
  const urgent = keys.flatMap((key) => outageOf(key, byId.get(key.lockout ?? '') ?? null) ?? []);
  const sorted = urgent.sort((a, b) => rank(a) - rank(b) || (a.stopsAt ?? '').localeCompare(b.stopsAt ?? ''));
  return [...sorted, ...sharedWarnings(keys)];
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
  const text = `${lockoutCause(lockout)}. ${databases}`;
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

function sharedWarnings(keys: readonly Key[]): Concern[] {
  const byText = new Map<string, ConcernedKey[]>();
  for (const key of keys)
    for (const { detail } of key.check.warnings)
      byText.set(detail, [...(byText.get(detail) ?? []), { id: key.id, name: keyName(key) }]);
  return [...byText].map(([text, all]) => ({
    ...{ id: text, tone: 'amber' as const, text, stopsAt: null },
    keys: all.slice(0, named),
    more: Math.max(0, all.length - named),
  }));
}
