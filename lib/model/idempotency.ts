/** A request with an Idempotency-Key, and its stored response. */

export interface IdempotencyRef {
  readonly teamId: string;
  readonly operation: string;
  readonly key: string;
  /** SHA-256 of the request: another request under the same key is a mistake. */
  readonly requestHash: string;
}

export interface Remembered {
  readonly requestHash: string;
  /**
   * The response, its body encrypted under the caller's token (`lib/edge/sealed-response.ts`), or null while the first
   * request runs.
   */
  readonly answer: {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly sealedBody: string;
  } | null;
}

export interface IdempotencyStore {
  /** Null when this request is the first and may run; otherwise what is known of the first. */
  readonly begin: (ref: IdempotencyRef, at: Date) => Promise<Remembered | null>;
  readonly remember: (ref: IdempotencyRef, at: Date, answer: Remembered['answer']) => Promise<void>;
  /** After a failure, the same key may be tried again. */
  readonly forget: (ref: IdempotencyRef) => Promise<void>;
}
