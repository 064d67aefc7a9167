/** Addresses of the timeline: a chain of entries for each team. */
import type { Address } from './address.ts';
import { teamShardOf } from './outbox.ts';

export const timelinePartition = (teamId: string) => `TIMELINE#${teamId}`;
export const entryKey = (seq: number) => `ENTRY#${String(seq).padStart(12, '0')}`;
export const chainsPartition = (shard: number): string => `CHAINS#${shard}`;

/** The index of all chains, which the daily checkpoint reads. The first commit with an entry writes the team's mark. */
export const chainMark = (teamId: string): Address => ({ pk: chainsPartition(teamShardOf(teamId)), sk: teamId });
