/** Whether a notice of a key is still true when it is sent (promise 11). Pure. */
import type { KeyNoticeKind } from '#lib/model/outbox-message.ts';
import { type DateKind, dateOf, daysUntil } from './dates.ts';
import { rotationFault } from './states.ts';
import type { WarnedKey } from './warned-key.ts';

interface DueNotice {
  readonly fact: KeyNoticeKind;
  readonly about: string;
}

/** A later notice supersedes a stale one, or its reason has passed. */
export function isStale({ fact, about }: DueNotice, key: WarnedKey, at: Date): boolean {
  switch (fact) {
    case 'deletion_near':
      return about !== dateWarningOf('deletion', key, at);
    case 'expiry_near':
      return about !== dateWarningOf('expiry', key, at);
    case 'deletion_withdrawn':
      return key.notifiedWarnings?.deletion !== undefined;
    case 'expiry_withdrawn':
      return key.notifiedWarnings?.expiry !== undefined;
    case 'key_degraded':
      return key.notifiedWarnings?.degraded?.about !== about;
    case 'key_recovered':
      return key.notifiedWarnings?.degraded !== undefined || key.status !== 'usable';
    case 'events_lost':
      return key.notifiedWarnings?.events?.about !== about;
    case 'events_proven':
      return key.notifiedWarnings?.events !== undefined;
    case 'rotation_due':
      return rotationFault(key, at) === null;
    case 'sibling_changed':
      return siblingIn(key, about) === null;
    case 'drill_failed':
      return key.lastDrill?.id !== about;
    case 'drill_overdue':
      return key.lastDrill !== undefined && key.lastDrill.at > about;
    // Depend on the drill, not on the key.
    case 'drill_disable_requested':
    case 'drill_enable_requested':
    case 'recipient_bounced':
    case 'contact_added':
      return false;
  }
}

/** The warning of the last mark, if its date still holds and has not passed; null otherwise. */
function dateWarningOf(kind: DateKind, key: WarnedKey, at: Date): string | null {
  const last = key.notifiedWarnings?.[kind];
  const date = dateOf(kind, key);
  return last && date === last.date && daysUntil(date, at) > 0 ? `${last.date}#${last.mark}` : null;
}

/** The related key that a notice is about; null if its state is another one by now. */
export function siblingIn({ siblings = [] }: WarnedKey, about: string): { arn: string; state: string } | null {
  const [arn = '', state = ''] = about.split('#');
  return siblings.some((sibling) => sibling.arn === arn && sibling.state === state) ? { arn, state } : null;
}
