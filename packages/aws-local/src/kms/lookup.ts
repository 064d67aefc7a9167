/**
 * Finds the key that a request names. A bare id or alias name belongs to the caller's account and Region; another
 * account's key needs its ARN. Management operations do not accept aliases.
 */
import type { Call } from '../protocol.ts';
import type { Kms } from './context.ts';
import { deniedAcrossAccounts, invalidArn, notFound, throttled } from './errors.ts';
import { currentKey } from './lifecycle.ts';
import type { KmsKey } from './records.ts';

interface KeyReference {
  readonly accountId: string;
  readonly arn: string;
  readonly kind: 'key' | 'alias';
}

const keyIdPattern = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;

export const keyArnOf = ({ caller, region }: Call, keyId: string) =>
  `arn:aws:kms:${region}:${caller.accountId}:key/${keyId}`;
export const aliasArnOf = ({ caller, region }: Call, name: string) =>
  `arn:aws:kms:${region}:${caller.accountId}:${name}`;

function parseName(call: Call, name: string): KeyReference {
  const { accountId } = call.caller;
  if (name.startsWith('arn:')) return parseArn(call, name);
  if (name.startsWith('alias/')) return { accountId, arn: aliasArnOf(call, name), kind: 'alias' };
  if (!keyIdPattern.test(name)) throw notFound(`Invalid keyId '${name}'`);
  return { accountId, arn: keyArnOf(call, name), kind: 'key' };
}

function parseArn(call: Call, arn: string): KeyReference {
  const [, region = '', accountId, keyId] =
    /^arn:aws:kms:([a-z0-9-]+):(\d{12}):(?:key\/(.+)|alias\/.+)$/.exec(arn) ?? [];
  if (!accountId) throw invalidArn(`Invalid arn ${arn}`);
  if (region !== call.region) throw notFound(`Invalid arn ${region}`);
  if (keyId !== undefined && !keyIdPattern.test(keyId)) throw notFound(`Invalid keyId '${keyId}'`);
  return { accountId, arn, kind: keyId === undefined ? 'alias' : 'key' };
}

function find(kms: Kms, call: Call, { arn, accountId, kind }: KeyReference): KmsKey {
  const alias = kind === 'alias' ? kms.store.findAlias(arn) : undefined;
  const keyArn = alias?.targetKeyArn ?? arn;
  const key = currentKey(kms, kms.store.findKey(keyArn));
  if (key) return key;
  if (accountId !== call.caller.accountId) throw deniedAcrossAccounts(call, actionOf(call));
  throw notFound(kind === 'alias' ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist`);
}

export const actionOf = ({ operation }: Call) => `kms:${operation}`;

/**
 * For cryptographic operations and `DescribeKey`: by key id, alias name or the ARN of either, in any account. Only
 * these operations are throttled by a simulation.
 */
export function requireNamedKey(kms: Kms, call: Call, name: string): KmsKey {
  const key = find(kms, call, parseName(call, name));
  assertNotThrottled(kms, key);
  return key;
}

export function assertNotThrottled(kms: Kms, key: KmsKey): void {
  if (kms.simulations.get(key.arn) === 'throttled') throw throttled();
}

/** By key id or key ARN, in any account. */
export function requireSharedKey(kms: Kms, call: Call, name: string): KmsKey {
  const reference = parseName(call, name);
  if (reference.kind === 'alias') throw notFound(`Invalid keyId '${name}'`);
  return find(kms, call, reference);
}

/** For management operations, which no policy can allow to another account. */
export function requireOwnKey(kms: Kms, call: Call, name: string): KmsKey {
  const key = requireSharedKey(kms, call, name);
  if (key.accountId !== call.caller.accountId) throw deniedAcrossAccounts(call, actionOf(call));
  return key;
}
