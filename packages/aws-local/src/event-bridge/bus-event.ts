/** An event on a bus, in the form that targets receive. */
export interface BusEvent {
  readonly version: string;
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  /** The account of the event's source; forwarding to another account's bus does not change it. */
  readonly account: string;
  /** ISO 8601, in UTC, to the second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}
