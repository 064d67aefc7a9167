/**
 * KMS: keys with enforced policies, grants, aliases, tags, states and rotation, and real AES-256-GCM. Calls are
 * serialized; the changes of a call are journalled before its response.
 * Does not: use asymmetric and HMAC keys, which can be created and described, except those on ECC_NIST_P256 to sign and
 * verify; rotate imported material; have a cluster or a proxy for a custom key store; store IAM policies; emulate
 * eventual consistency; or enforce request quotas.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError, type ServiceEmulator, unknownOperation } from '../protocol.ts';
import type { Kms, Simulation } from './context.ts';
import { deniedEvent, type KmsEvent, keyEvent, managementEvent } from './events.ts';
import { tokensVaultId } from './import-tokens.ts';
import { currentKey } from './lifecycle.ts';
import { vaultIdOf } from './multi-region.ts';
import { operations } from './operations.ts';
import { startScheduler } from './scheduler.ts';
import { openStore } from './store.ts';
import { openVault } from './vault.ts';

export interface KmsOptions {
  /** The emulator's folder; created if it does not exist. */
  readonly dir: string;
  readonly now?: () => Date;
  /**
   * Called for each successful management call, and for each deletion, rotation and expiry. If it throws, the call
   * fails, although it has taken effect.
   */
  readonly emit?: (event: KmsEvent) => void;
  /** Divides the days of deletion windows, expiries, rotation periods and unused keys; 1 by default. */
  readonly speed?: number;
}

export interface KmsEmulator extends ServiceEmulator {
  /**
   * Puts a key, by its ARN, into a condition that no API call can cause, until `null` is passed or the emulator is
   * closed. Throws for an unknown key.
   */
  simulate(keyArn: string, simulation: Simulation | null): void;
}

export async function createKms(options: KmsOptions): Promise<KmsEmulator> {
  const { dir, now = () => new Date(), emit = () => {}, speed = 1 } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const store = openStore(dir);
  const vault = openVault(join(dir, 'material'));
  const keysWithMaterial = [...store.allKeys()].filter(
    ({ origin, imported }) => origin !== 'EXTERNAL' || imported !== undefined,
  );
  vault.keepOnly(new Set([tokensVaultId, ...keysWithMaterial.map(vaultIdOf)]));
  const simulations = new Map<string, Simulation>();
  const kms: Kms = {
    ...{ store, vault, now, speed, simulations },
    reportCall(call, key, { response = {}, readOnly = false, withoutRequest = false } = {}) {
      emit(managementEvent({ call, key, at: now(), response, readOnly, withoutRequest }));
    },
    reportDenied: (call, key, reason) => emit(deniedEvent({ call, key, at: now() }, reason)),
    reportKeyEvent: (type, key, at) => emit(keyEvent(type, key, at)),
  };
  const scheduler = startScheduler({ now, allKeys: store.allKeys, update: (key) => currentKey(kms, key) });
  store.onCommit(scheduler.schedule);

  return {
    async call(call) {
      const operation = operations.get(call.operation);
      if (!operation) throw unknownOperation(call.operation);
      return operation(kms, call);
    },
    simulate(keyArn, simulation) {
      if (!store.findKey(keyArn)) throw new AwsError('NotFoundException', `Key '${keyArn}' does not exist`);
      if (simulation === null) simulations.delete(keyArn);
      else simulations.set(keyArn, simulation);
    },
    async close() {
      scheduler.close();
      store.close();
    },
  };
}
