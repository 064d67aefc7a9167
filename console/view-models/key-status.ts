/** What the key page says first: the state in one sentence, the countdown, and who caused it. */
import type { Entry, Key, Lockout, LockoutDetail, RemedyStep } from '../api/types.ts';
import { checkedCause, eventVerb, lockoutCause } from './causes.ts';
import { count, readable } from './names.ts';
import { keyTone, type Tone } from './tone.ts';

export interface Countdown {
  readonly from: string;
  readonly until: string;
}

export interface KeyStatus {
  readonly tone: Tone;
  readonly headline: string;
  /** Follows the headline as a time: `Databases stop at` 14:10. */
  readonly at: string | null;
  readonly detail: string;
  readonly countdown: Countdown | null;
  readonly remedy: readonly RemedyStep[];
}

interface StatusInput {
  readonly key: Key;
  /** The open lockout of the key. */
  readonly lockout: LockoutDetail | null;
}

export function keyStatus({ key, lockout }: StatusInput): KeyStatus {
  const tone = keyTone(key, lockout);
  if (!key.lockout || !lockout) return { tone, ...withoutLockout(key), at: null, countdown: null, remedy: [] };
  const words = inLockout(key, lockout);
  const isWaiting = lockout.state === 'waiting';
  return {
    ...words,
    tone,
    at: isWaiting ? lockout.deadline : words.at,
    countdown: isWaiting ? { from: lockout.openedAt, until: lockout.deadline } : null,
    remedy: lockout.presentCause === null ? [] : lockout.remedy,
  };
}

/** `KMS refuses Encrypt and CreateGrant.` */
export const refusalsOf = ({ check }: Pick<Key, 'check'>): string => {
  const refused = Object.entries(check.actions).flatMap(([action, state]) => (state === 'denied' ? [action] : []));
  return `KMS refuses ${refused.join(', ') || 'an action that is needed'}.`;
};
const degradedEffect =
  'Decrypt works, so what serves goes on. New databases, restores and backups that need it are refused.';

type Words = Pick<KeyStatus, 'headline' | 'detail' | 'at'>;

function withoutLockout(key: Key): Pick<KeyStatus, 'headline' | 'detail'> {
  const databases = count(key.databases, 'database');
  if (key.lockout) return { headline: 'A lockout is open', detail: 'Its state is being read.' };
  if (key.status === 'unknown')
    return {
      headline: checkedCause(key),
      detail: `Nothing is stopped for that; the key is checked again every minute.`,
    };
  if (key.status === 'unusable')
    return {
      headline: checkedCause(key),
      detail: key.databases === 0 ? 'No database uses it, so nothing stops.' : `${databases} under it are at risk.`,
    };
  if (key.status === 'degraded') return { headline: 'Degraded', detail: `${refusalsOf(key)} ${degradedEffect}` };
  if (key.databases === 0)
    return { headline: 'Ready', detail: 'Latchkey can use the key. No database is encrypted under it yet.' };
  return {
    headline: 'Serving',
    detail: `${databases} ${key.databases === 1 ? 'is' : 'are'} encrypted under this key. Disable it to stop them.`,
  };
}

const enteredAt = ({ steps }: Lockout, state: Lockout['state']): string | null =>
  steps.findLast((step) => step.state === state)?.at ?? null;

function inLockout(key: Key, lockout: LockoutDetail): Words {
  const databases = count(lockout.progress?.databases ?? key.databases, 'database');
  const cause = lockoutCause(lockout);
  const back = 'The key is usable again. This phase completes, then the restore begins.';
  switch (lockout.state) {
    case 'waiting':
      return {
        headline: `${databases} ${databases.startsWith('1 ') ? 'stops' : 'stop'} at`,
        at: lockout.deadline,
        detail: `${cause}. Nothing is touched until then.`,
      };
    case 'stopping_services':
    case 'stopping_servers':
      return {
        headline: 'Stopping now',
        at: null,
        detail: lockout.presentCause === null ? back : `${cause}. Each service saves, then its server is sealed.`,
      };
    case 'stopped':
      return {
        headline: 'Stopped since',
        at: enteredAt(lockout, 'stopped'),
        detail: `${cause}. ${databases} and their data are out of reach.`,
      };
    case 'starting_servers':
    case 'starting_services':
      return { headline: 'Coming back', at: null, detail: 'The key is usable again. Servers start, then services.' };
    default:
      return { headline: 'Serving', at: null, detail: `${databases} answer again.` };
  }
}

export interface Culprit {
  /** `Disabled`. */
  readonly verb: string;
  /** An ARN of AWS; null if no event named a principal. */
  readonly principal: string | null;
  readonly at: string;
  /** `seen by event within 1 s`. */
  readonly seen: string;
}

const ways: Readonly<Record<string, string>> = {
  event: 'event',
  aws_principal: 'event',
  sweep: 'the regular check',
  token: 'a requested check',
};

/** The event before a lockout's opening is this near to it in the chain. */
const nearby = 8;

/** Who made the key unusable, as the timeline of its lockout tells it; null until the entries are read. */
export function culpritOf(lockout: Lockout, entries: readonly Entry[]): Culprit | null {
  const opened = entries.find(({ type, subject }) => type === 'LockoutOpened' && subject.lockoutId === lockout.id);
  if (!opened) return null;
  const way = ways[lockout.noticedBy] ?? lockout.noticedBy;
  const event = eventBefore(opened, entries);
  const principal = opened.actor.kind === 'aws_principal' ? readable(opened.actor.id) : null;
  if (!event) return { verb: principal ? 'Caused' : 'Noticed', principal, at: opened.at, seen: `seen by ${way}` };
  const within = Math.max(1, Math.ceil((Date.parse(opened.at) - Date.parse(event.at)) / 1000));
  return { verb: eventVerb(event.name), principal, at: event.at, seen: `seen by ${way} within ${within} s` };
}

interface ForwardedEvent {
  readonly name: string;
  /** By CloudTrail, to the second. */
  readonly at: string;
}

/** The key event that led to the check; null if a check found the key unusable by itself. */
function eventBefore(opened: Entry, entries: readonly Entry[]): ForwardedEvent | null {
  if (opened.actor.kind !== 'aws_principal' && opened.actor.kind !== 'event') return null;
  const event = entries.find(
    ({ type, seq }) => type === 'KeyEventReceived' && seq < opened.seq && seq > opened.seq - nearby,
  );
  if (!event) return null;
  const { name = '', cloudTrail } = event.data as { name?: string; cloudTrail?: { at?: string | null } | null };
  return { name: readable(name, 80), at: cloudTrail?.at ?? event.at };
}
