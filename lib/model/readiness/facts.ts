/** What the readiness of a key rests on besides its check. Full checks collect it and store it on the key's row. */

/** A related key of a multi-Region key. All of them have the same material, so each opens what another encrypted. */
export interface Sibling {
  readonly arn: string;
  /**
   * `enabled`: it opens the key's ciphertexts. `unknown`: its policy does not let the platform ask, or KMS was silent.
   */
  readonly state: 'enabled' | 'disabled' | 'unknown';
}

/** Who would be mailed about the key: the admins of its apps, and its contacts. */
export interface RecipientFacts {
  /** Confirmed or undisputed addresses that did not bounce. */
  readonly reachable: number;
  readonly unconfirmed: number;
  readonly bounced: number;
  /** At most three of the addresses that bounced. */
  readonly bouncedExamples?: readonly string[];
}

export interface BackupFacts {
  /** When the newest restorable backup under the key was taken (ISO 8601); null if there is none. */
  readonly newestAt: string | null;
  /** The name of a database to back up. */
  readonly example: string | null;
}

export interface GrantFacts {
  /** Grants of databases that KMS does not have any more. */
  readonly lost: number;
  /** The names of at most three of these databases. */
  readonly examples: readonly string[];
  /** The number of grants that were requested from KMS, and of those without a response. */
  readonly checked: number;
  readonly unknown: number;
}

/** Bounded: about a kilobyte. A null member could not be read; one that is not set was not collected. */
export interface ReadinessFacts {
  /** The time of the full check that collected it (ISO 8601). */
  readonly at: string;
  /** Seconds from a check's call to the arrival of its event, newest first, at most nine. */
  readonly eventLagSeconds?: readonly number[];
  readonly recipients?: RecipientFacts | null;
  readonly backup?: BackupFacts | null;
  readonly grants?: GrantFacts | null;
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
