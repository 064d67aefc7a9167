/** What every operation works with. */
import type { Call } from '../protocol.ts';
import type { KmsKey } from './records.ts';
import type { Store } from './store.ts';
import type { Vault } from './vault.ts';

/**
 * A condition that no API call brings about here. `material_expired`: imported key material ran out;
 * `store_unavailable`: the custom key store is disconnected; `throttled`: the account is over its request quota.
 */
export type Simulation = 'material_expired' | 'store_unavailable' | 'throttled';

export interface Kms {
  readonly store: Store;
  readonly vault: Vault;
  readonly now: () => Date;
  /** By key ARN; in memory only. */
  readonly simulations: ReadonlyMap<string, Simulation>;
  /** Reports a management call that succeeded to the key owner's event bus. */
  record(call: Call, key: KmsKey, outcome?: { answer?: object; readOnly?: boolean; withoutRequest?: boolean }): void;
}

export type Operation = (kms: Kms, call: Call) => object;
