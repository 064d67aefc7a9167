/** Publishes outbox messages right after their commit. The sweep repeats what a failed publication misses. */

import { log } from '#lib/log.ts';
import type { Pending, Published } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';

export type PublishDeps = Needs<'publish' | 'done'>;

/** Events are done once the bus has them; other effects stay until their worker has performed them. Never throws. */
export const publishMessages =
  ({ publish, done }: PublishDeps) =>
  async (pending: readonly Pending[]): Promise<void> => {
    try {
      const published = await publish(pending);
      await settled({ done }, pending, published);
      if (published.failure) throw published.failure;
    } catch (error) {
      log.warn('Effects wait for the sweep', { count: pending.length, error: error as Error });
    }
  };

/** What the bus took is done, where it is an event; other effects stay until their worker has performed them. */
export async function settled(
  { done }: Pick<PublishDeps, 'done'>,
  pending: readonly Pending[],
  { taken }: Published,
): Promise<void> {
  const isTaken = new Set(taken);
  await Promise.all(
    pending.filter(({ id, effect }) => effect.kind === 'event' && isTaken.has(id)).map(({ id }) => done(id)),
  );
}
