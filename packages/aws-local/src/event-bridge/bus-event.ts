/** An event as a bus carries it and a target gets it. */
export interface BusEvent {
  readonly version: string;
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  /** Whose event it is: a bus of another account that it is forwarded to does not change it. */
  readonly account: string;
  /** ISO 8601, in UTC, to the second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}
