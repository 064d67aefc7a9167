/** The input of early warnings, and the warnings that result. Pure. */
import type { Key } from '#lib/model/key.ts';
import type { NotifiedWarnings, WarningKind, WarningMark } from './notified.ts';

/** The members of a key that warnings depend on. Unknown members are not set. */
export type WarnedKey = Pick<
  Key,
  | 'id'
  | 'teamId'
  | 'arn'
  | 'status'
  | 'check'
  | 'lockoutId'
  | 'createdAt'
  | 'eventsProvenSince'
  | 'siblings'
  | 'notifiedWarnings'
  | 'lastDrill'
>;

/** A warning to notify of. */
export interface Raised {
  readonly kind: WarningKind;
  readonly about: string;
  readonly mark: WarningMark | null;
  /** ISO 8601. */
  readonly date: string | null;
  /** One sentence for the timeline. */
  readonly detail: string;
}

/** A notified warning that no longer applies. */
export interface Withdrawn {
  readonly kind: 'deletion' | 'expiry' | 'degraded' | 'events';
  readonly about: string;
  readonly detail: string;
}

export interface Warned {
  readonly notified: NotifiedWarnings;
  readonly raised: readonly Raised[];
  readonly withdrawn: readonly Withdrawn[];
}
