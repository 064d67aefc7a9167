/** Early warnings of a key, and the record on the key's row of those that were told (promise 13). Pure. */
import type { Check, Key } from '#lib/model/key.ts';

export const warningKinds = ['deletion', 'expiry', 'degraded', 'events', 'rotation', 'sibling', 'recipient'] as const;
export type WarningKind = (typeof warningKinds)[number];

/** Days before a key's deletion and before the expiry of its material. */
export const warningMarks = [30, 14, 7, 3, 1] as const;
export type WarningMark = (typeof warningMarks)[number];

/** Days between two warnings about the rotation of a key: a quarter. */
export const rotationDays = 91;

export interface ToldDate {
  /** ISO 8601. */
  readonly date: string;
  /** The last mark that was told. */
  readonly mark: WarningMark;
}

/** A warning that is true until it is withdrawn. `about` distinguishes its occurrences. */
export interface ToldState {
  readonly about: string;
}

export interface ToldWarnings {
  readonly deletion?: ToldDate;
  readonly expiry?: ToldDate;
  /** With the refused actions, in a fixed order. */
  readonly degraded?: ToldState & { readonly actions: string };
  /** Events of the key are not proven to arrive any more. */
  readonly events?: ToldState;
  /** When the last warning about the rotation was told (ISO 8601). */
  readonly rotation?: { readonly at: string };
}

/** A related key of a multi-Region key, as a check found it. */
export interface SiblingState {
  readonly arn: string;
  readonly state: 'enabled' | 'disabled' | 'unknown';
}

/** A key with what warnings rest on. Members that a check does not yet know are not set. */
export type WarnedKey = Pick<
  Key,
  'id' | 'teamId' | 'arn' | 'lockoutId' | 'createdAt' | 'eventsProvenSince' | 'told'
> & {
  readonly status: string;
  readonly check: Check & { readonly validTo?: string | null; readonly nextRotationAt?: string | null };
  readonly siblings?: readonly SiblingState[];
};

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
  readonly told: ToldWarnings;
  readonly raised: readonly Raised[];
  readonly withdrawn: readonly Withdrawn[];
}
