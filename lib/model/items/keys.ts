/**
 * Items of keys. `KEYS#<shard>` holds, for each ARN, the team that registered it first. The sweep reads these shards,
 * so that no partition grows with the number of keys.
 */
import type { Key, KeyRef } from '#lib/model/key.ts';
import { Problem } from '#lib/model/problem.ts';
import { type Address, inTeam } from './address.ts';
import { type Change, created, removed, saved } from './change.ts';
import { drillScheduleForgotten } from './drill-schedules.ts';
import { counted } from './quotas.ts';
import { shardOf } from './row-key.ts';

export const sweepShards = 16;
export const ownerRow = (arn: string): Address => ({ pk: `KEYS#${shardOf(arn, sweepShards)}`, sk: arn });
export const keyRow = (teamId: string, id: string) => inTeam(teamId, `KEY#${id}`);

export const keyTaken = () =>
  new Problem(
    'key_taken',
    'This key is registered by another team. Use a key of your own, or ask the operator if you believe ' +
      'that it is yours.',
  );

export const keyCreated = (key: Key): Change[] => [
  created(keyRow(key.teamId, key.id), key),
  created(ownerRow(key.arn), { teamId: key.teamId, keyId: key.id }, keyTaken()),
  counted(key.teamId, 'keys', 1),
];

export const keySaved = (key: Key): Change => saved(keyRow(key.teamId, key.id), key);
export const keyRemoved = (key: Key): Change[] => [
  removed(keyRow(key.teamId, key.id), key.version),
  removed(ownerRow(key.arn)),
  ...drillScheduleForgotten(key),
  counted(key.teamId, 'keys', -1),
];

/** Creates the key's row of a team that owns the ARN after a take-over (`keyPassed`), which counted the key. */
export const keyCompleted = (key: Key): Change[] => [
  created(keyRow(key.teamId, key.id), key),
  { kind: 'expect', address: ownerRow(key.arn), attribute: 'keyId', value: key.id },
];

/**
 * Transfers the ARN to another team and counts the key there, so that a team at its quota does not take the key from
 * the holder. A later commit creates the key's row (`keyCompleted`).
 */
export const keyPassed = (from: Key, to: KeyRef): Change[] => [
  removed(keyRow(from.teamId, from.id), from.version),
  ...drillScheduleForgotten(from),
  { kind: 'replace', row: { ...ownerRow(from.arn), ...to }, attribute: 'keyId', value: from.id },
  counted(from.teamId, 'keys', -1),
  counted(to.teamId, 'keys', 1),
];

/** Releases an ARN whose owner has no key row yet, because a take-over was interrupted. */
export const ownerRemoved = (arn: string, teamId: string): Change[] => [
  { kind: 'remove', row: ownerRow(arn), present: true },
  counted(teamId, 'keys', -1),
];

/** Nothing changes: no other lockout is open by then, and none was closed. */
export const lockoutExpected = ({ teamId, id, lockoutId }: Pick<Key, 'teamId' | 'id' | 'lockoutId'>): Change => ({
  kind: 'expect',
  address: keyRow(teamId, id),
  attribute: 'lockoutId',
  value: lockoutId,
});

/** One database more (1) or less (-1) on the key; fails when the key is gone. */
export const databasesCounted = ({ teamId, keyId }: KeyRef, by: 1 | -1): Change => ({
  kind: 'count',
  address: keyRow(teamId, keyId),
  attribute: 'databases',
  by,
});
