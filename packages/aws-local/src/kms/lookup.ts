/**
 * From what a request calls a key to the key. A bare id or alias name means the caller's own account and Region;
 * another account's key needs its ARN. Management operations know no aliases.
 */
import type { Call } from '../protocol.ts';
import type { Kms } from './context.ts';
import { deniedAcrossAccounts, invalidArn, notFound, throttled } from './errors.ts';
import { settle } from './lifecycle.ts';
import type { KmsKey } from './records.ts';

interface Named {
  readonly accountId: string;
  readonly arn: string;
  readonly kind: 'key' | 'alias';
}

const keyIdPattern = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;

export const keyArnOf = ({ caller, region }: Call, keyId: string) =>
  `arn:aws:kms:${region}:${caller.accountId}:key/${keyId}`;
export const aliasArnOf = ({ caller, region }: Call, name: string) =>
  `arn:aws:kms:${region}:${caller.accountId}:${name}`;

function named(call: Call, name: string): Named {
  const { accountId } = call.caller;
  if (name.startsWith('arn:')) return namedByArn(call, name);
  if (name.startsWith('alias/')) return { accountId, arn: aliasArnOf(call, name), kind: 'alias' };
  if (!keyIdPattern.test(name)) throw notFound(`Invalid keyId '${name}'`);
  return { accountId, arn: keyArnOf(call, name), kind: 'key' };
}

function namedByArn(call: Call, arn: string): Named {
  const [, region = '', accountId, keyId] =
    /^arn:aws:kms:([a-z0-9-]+):(\d{12}):(?:key\/(.+)|alias\/.+)$/.exec(arn) ?? [];
  if (!accountId) throw invalidArn(`Invalid arn ${arn}`);
  if (region !== call.region) throw notFound(`Invalid arn ${region}`);
  if (keyId !== undefined && !keyIdPattern.test(keyId)) throw notFound(`Invalid keyId '${keyId}'`);
  return { accountId, arn, kind: keyId === undefined ? 'alias' : 'key' };
}

function find(kms: Kms, call: Call, { arn, accountId, kind }: Named): KmsKey {
  const alias = kind === 'alias' ? kms.store.findAlias(arn) : undefined;
  const keyArn = alias?.targetKeyArn ?? arn;
  const key = settle(kms, kms.store.findKey(keyArn));
  if (key) return key;
  if (accountId !== call.caller.accountId) throw deniedAcrossAccounts(call, actionOf(call));
  throw notFound(kind === 'alias' ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist`);
}

export const actionOf = ({ operation }: Call) => `kms:${operation}`;

/**
 * For cryptographic operations and `DescribeKey`: any of the four names, any account. These are what a full quota
 * throttles here.
 */
export function usedKey(kms: Kms, call: Call, name: string): KmsKey {
  const key = find(kms, call, named(call, name));
  requireQuota(kms, key);
  return key;
}

export function requireQuota(kms: Kms, key: KmsKey): void {
  if (kms.simulations.get(key.arn) === 'throttled') throw throttled();
}

/** For operations that go by key id or key ARN, in any account. */
export function sharedKey(kms: Kms, call: Call, name: string): KmsKey {
  const reference = named(call, name);
  if (reference.kind === 'alias') throw notFound(`Invalid keyId '${name}'`);
  return find(kms, call, reference);
}

/** For management operations: no policy lets another account call them. */
export function ownKey(kms: Kms, call: Call, name: string): KmsKey {
  const key = sharedKey(kms, call, name);
  if (key.accountId !== call.caller.accountId) throw deniedAcrossAccounts(call, actionOf(call));
  return key;
}
