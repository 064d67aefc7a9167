/**
 * Collects the proofs for the databases that completed a phase; for stopped servers, also that they cannot be
 * started.
 */

import { log } from '#lib/log.ts';
import type { Database } from '#lib/model/database.ts';
import type { EventData } from '#lib/model/events.ts';
import type { Opening, Outcome } from '#lib/model/fleet.ts';
import type { Phase } from '#lib/model/lockout-phases.ts';
import type { NeedsFleet } from '#lib/model/ports.ts';

export type DatabaseProof = NonNullable<EventData['ServersStopped']['databases']>[number];

interface BatchContext {
  readonly deps: NeedsFleet<'tryToOpen'>;
  readonly phase: Phase;
}

/** Never throws: missing proofs do not delay a lockout. */
export async function proofsOf(
  { deps, phase }: BatchContext,
  databases: readonly Database[],
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<DatabaseProof[]> {
  const tried = phase === 'stop-servers' ? await openings(deps, databases) : [];
  const openingOf = new Map(tried.map(({ serverId, ...opening }) => [serverId, opening]));
  return databases.map(({ id, name, serverId }) => {
    const outcome = outcomes.get(serverId);
    const opening = openingOf.get(serverId);
    return {
      databaseId: id,
      name,
      ...(outcome?.state === 'done' ? outcome.proof : {}),
      ...(opening ? { opening } : {}),
    };
  });
}

async function openings({ fleet }: BatchContext['deps'], databases: readonly Database[]): Promise<Opening[]> {
  if (databases.length === 0) return [];
  try {
    return await (await fleet()).tryToOpen(databases.map(({ serverId }) => serverId));
  } catch (error) {
    log.warn('The start of stopped servers could not be tested', { error: error as Error });
    return [];
  }
}
