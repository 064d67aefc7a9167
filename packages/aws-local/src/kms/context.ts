/** What every operation works with. */
import type { Call } from '../protocol.ts';
import type { KmsKey } from './records.ts';
import type { Store } from './store.ts';
import type { Vault } from './vault.ts';

/** A condition that no API call brings about here. `throttled`: the account is over its request quota. */
export type Simulation = 'throttled';

/** What KMS reports by itself, without a call. Source: KMS guide, "Monitor KMS keys with Amazon EventBridge". */
export type Notice = 'KMS CMK Deletion' | 'KMS CMK Rotation' | 'KMS Imported Key Material Expiration';

export interface Kms {
  readonly store: Store;
  readonly vault: Vault;
  readonly now: () => Date;
  /** Divides the days of deletion windows, expiries, rotation periods and unused keys. */
  readonly speed: number;
  /** By key ARN; in memory only. */
  readonly simulations: ReadonlyMap<string, Simulation>;
  /** Reports a management call that succeeded to the key owner's event bus. */
  record(call: Call, key: KmsKey, outcome?: { answer?: object; readOnly?: boolean; withoutRequest?: boolean }): void;
  /** Reports a management call that a policy denied to the key owner's event bus. */
  recordDenied(call: Call, key: KmsKey, reason: string): void;
  /** Reports to the key owner's event bus what happened to a key at that time (milliseconds), without a call. */
  notice(notice: Notice, key: KmsKey, at: number): void;
}

export type Operation = (kms: Kms, call: Call) => object;
