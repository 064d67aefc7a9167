/** Recording a change: commit it with its entries and effects, then announce what is due. What an announcement misses, the sweep repeats. */
import { eventBus } from '#lib/aws/events.ts';
import { log } from '#lib/log.ts';
import { type Commit, commit } from '#lib/store/commit.ts';
import { outboxStore } from '#lib/store/outbox.ts';
import type { Pending } from './effect.ts';

export type Record = (unit: Commit) => Promise<void>;

export interface AnnounceDeps {
  readonly publish: (pending: readonly Pending[]) => Promise<string[]>;
  readonly done: (id: string) => Promise<void>;
}

/** Events are done once the bus has them; other effects stay until their worker has performed them. Never throws. */
export const announce =
  ({ publish, done }: AnnounceDeps) =>
  async (pending: readonly Pending[]): Promise<void> => {
    try {
      const taken = new Set(await publish(pending));
      await Promise.all(pending.filter(({ id, effect }) => effect.kind === 'event' && taken.has(id)).map(({ id }) => done(id)));
    } catch (error) {
      log.warn('Effects wait for the sweep', { count: pending.length, error: error as Error });
    }
  };

export const recorder = (): { record: Record } => {
  const tell = announce({ ...eventBus(), ...outboxStore() });
  return {
    record: async (unit) => {
      const pending = await commit(unit);
      if (pending.length > 0) await tell(pending);
    },
  };
};
