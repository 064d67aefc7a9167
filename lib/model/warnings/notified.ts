/** Early warnings of a key, and the record of notified warnings on the key's row (promise 13). Pure. */
export const warningKinds = ['deletion', 'expiry', 'degraded', 'events', 'rotation', 'sibling', 'recipient'] as const;
export type WarningKind = (typeof warningKinds)[number];

/** Days before a key's deletion and before the expiry of its material. */
export const warningMarks = [30, 14, 7, 3, 1] as const;
export type WarningMark = (typeof warningMarks)[number];

/** Days between two warnings about the rotation of a key: a quarter. */
export const rotationDays = 91;

export interface NotifiedDate {
  /** ISO 8601. */
  readonly date: string;
  /** The last notified mark. */
  readonly mark: WarningMark;
}

/** A warning that is true until it is withdrawn. `about` distinguishes its occurrences. */
export interface NotifiedState {
  readonly about: string;
}

export interface NotifiedWarnings {
  readonly deletion?: NotifiedDate;
  readonly expiry?: NotifiedDate;
  /** With the refused actions, in a fixed order. */
  readonly degraded?: NotifiedState & { readonly actions: string };
  /** Events of the key are not proven to arrive any more. */
  readonly events?: NotifiedState;
  /** The time of the last warning about the rotation (ISO 8601). */
  readonly rotation?: { readonly at: string };
}
