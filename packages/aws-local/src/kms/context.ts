/** The context of every operation. */
import type { Call } from '../protocol.ts';
import type { KmsKey } from './records.ts';
import type { Store } from './store.ts';
import type { Vault } from './vault.ts';

/** A condition that no API call causes. `throttled`: the account exceeds its request quota. */
export type Simulation = 'throttled';

/** Events of KMS itself, without a call. Source: KMS guide, "Monitor KMS keys with Amazon EventBridge". */
export type KeyEventType = 'KMS CMK Deletion' | 'KMS CMK Rotation' | 'KMS Imported Key Material Expiration';

export interface Kms {
  readonly store: Store;
  readonly vault: Vault;
  readonly now: () => Date;
  /** Divides the days of deletion windows, expiries, rotation periods and unused keys. */
  readonly speed: number;
  /** By key ARN; in memory only. */
  readonly simulations: ReadonlyMap<string, Simulation>;
  /** Reports a successful management call to the key owner's event bus. */
  reportCall(
    call: Call,
    key: KmsKey,
    outcome?: { response?: object; readOnly?: boolean; withoutRequest?: boolean },
  ): void;
  /** Reports a denied management call to the key owner's event bus. */
  reportDenied(call: Call, key: KmsKey, reason: string): void;
  /** Reports an event without a call to the key owner's event bus; `at` is in milliseconds. */
  reportKeyEvent(type: KeyEventType, key: KmsKey, at: number): void;
}

export type Operation = (kms: Kms, call: Call) => object;
