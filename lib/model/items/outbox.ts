/**
 * The address of an outbox message: sorted by team, then by rank, then by age. A message's id contains all three, so a
 * worker needs the id only. Teams are spread over shards, so that no partition grows with their number.
 */
import { isAboutLockout, type OutboxMessage, type Parked } from '#lib/model/outbox-message.ts';
import { notFound } from '#lib/model/problem.ts';
import type { Address } from './address.ts';
import type { Change } from './change.ts';
import { shardOf } from './row-key.ts';

export const outboxShards = 16;
/** The shard of a team's messages, and of its chain. */
export const teamShardOf = (teamId: string): number => shardOf(teamId, outboxShards);

/** 0: workflows, notices and events of a lockout. 1: other work and notices. 2: other events. */
export type Rank = 0 | 1 | 2;

function rankOf(effect: OutboxMessage): Rank {
  if (effect.kind === 'notice') return isAboutLockout(effect.notice) ? 0 : 1;
  if (effect.kind === 'workflow') return effect.machine === 'key-shutdown' || effect.machine === 'key-restart' ? 0 : 1;
  if (effect.kind === 'event') return effect.entry.subject.lockoutId ? 0 : 2;
  return 1;
}

/** Ids of one team and rank sort by age, as the unique part does. */
export const messageId = (teamId: string, effect: OutboxMessage, unique: string): string =>
  `${teamId}#${rankOf(effect)}#${unique}`;

export const outboxPartition = (shard: number): string => `OUTBOX#${shard}`;

/** The partition of messages from before they were sharded. */
const oldPartition = 'OUTBOX';

export const teamOf = (id: string): string | null => (id.includes('#') ? (id.split('#')[0] ?? null) : null);

export function messageAddress(id: string): Address {
  const teamId = teamOf(id);
  return { pk: teamId === null ? oldPartition : outboxPartition(teamShardOf(teamId)), sk: id };
}

/** A sort key behind all messages of a team, or of one of its ranks. */
export const endOf = (teamId: string, rank?: Rank): string =>
  rank === undefined ? `${teamId}#~` : `${teamId}#${rank}#~`;
export const parkedPartition = 'PARKED';
export const parkedPrefix = 'MESSAGE#';
export const parkedAddress = (id: string): Address => ({ pk: parkedPartition, sk: `${parkedPrefix}${id}` });
export const messageParked = ({ id, ...parked }: Parked): Change[] => [
  { kind: 'remove', row: messageAddress(id), present: true },
  { kind: 'create', row: { ...parkedAddress(id), id, ...parked } },
];

/** Fails with `not_found` if another call returned the message first, so that it is sent once. */
export const messageReturned = ({ id }: Pick<Parked, 'id'>, effect: OutboxMessage, at: Date): Change[] => [
  { kind: 'remove', row: parkedAddress(id), present: true, otherwise: notFound('parked message', id) },
  {
    kind: 'create',
    row: { ...messageAddress(id), id, effect, since: at.toISOString(), claimedUntil: null, attempts: 0 },
  },
];

/** `teamId` null selects messages from before they were stored by team. */
export interface MessageQuery {
  readonly teamId: string | null;
  /** Limits the query to one rank. */
  readonly rank?: Rank;
  readonly after: string | null;
  readonly limit: number;
}
