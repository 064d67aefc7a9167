/** What early warnings rest on, and the warnings that follow. Pure. */
import type { Key } from '#lib/model/key.ts';
import type { NotifiedWarnings, WarningKind, WarningMark } from './notified.ts';

/** A key with what warnings rest on. Members that a check does not yet know are not set. */
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
  | 'told'
  | 'lastDrill'
>;

/** A warning to tell. */
export interface Raised {
  readonly kind: WarningKind;
  readonly about: string;
  readonly mark: WarningMark | null;
  /** ISO 8601. */
  readonly date: string | null;
  /** One sentence for the timeline. */
  readonly detail: string;
}

/** A warning that was told and is not true any more. */
export interface Withdrawn {
  readonly kind: 'deletion' | 'expiry' | 'degraded' | 'events';
  readonly about: string;
  readonly detail: string;
}

export interface Warned {
  readonly told: NotifiedWarnings;
  readonly raised: readonly Raised[];
  readonly withdrawn: readonly Withdrawn[];
}
