/** Parks messages that cannot be sent (a dead-letter queue in the table), and resends them for an operator. */

import { log } from '#lib/log.ts';
import { messageParked, messageReturned, teamOf } from '#lib/model/items/outbox.ts';
import type { OutboxMessage, Parked, Pending } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';
import { notFound, Problem } from '#lib/model/problem.ts';

export type ParkDeps = Needs<'commit' | 'now'>;

/** The log line that a metric filter counts (resources/watch.yml). */
const parkedLine = 'An outbox message is parked';

/** Takes a message out of the sweep. Never throws: if parking fails, the next sweep tries again. */
export const parkMessage =
  (deps: ParkDeps) =>
  async ({ id, effect, since, attempts }: Pending, reason: string): Promise<void> => {
    const at = deps.now();
    const teamId = teamOf(id) ?? (effect.kind === 'event' ? effect.entry.teamId : '');
    const message =
      effect.kind === 'event' ? ({ kind: 'event', type: effect.entry.type, seq: effect.entry.seq } as const) : effect;
    const parked: Parked = { id, teamId, message, since, attempts, parkedAt: at.toISOString(), reason };
    try {
      await deps.commit({ teamId, at, changes: messageParked(parked) });
      log.error(parkedLine, { id, teamId, kind: effect.kind, reason, attempts });
    } catch (error) {
      log.error('A message could not be parked', { id, reason, error: error as Error });
    }
  };

export type ResendDeps = ParkDeps & Needs<'parkedById' | 'entryAt'>;

/** Puts a message back into the outbox, with its attempts reset. Throws `not_found`. */
export const resendParked =
  (deps: ResendDeps) =>
  async (id: string): Promise<void> => {
    const parked = await deps.parkedById(id);
    if (!parked) throw notFound('parked message', id);
    const effect = await effectOf(deps, parked);
    const at = deps.now();
    await deps.commit({ teamId: parked.teamId, at, changes: messageReturned(parked, effect, at) });
    log.info('A parked message is sent again', { id });
  };

async function effectOf(deps: ResendDeps, { teamId, message }: Parked): Promise<OutboxMessage> {
  if (message.kind !== 'event') return message;
  const entry = await deps.entryAt(teamId, message.seq);
  if (!entry) throw new Problem('not_found', `The timeline has no entry #${message.seq} of team ${teamId}.`);
  return { kind: 'event', entry };
}
