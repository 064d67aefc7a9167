/** Commits changes in a deployment: writes them to the table, then publishes their events and messages. */
import { eventBus } from '#lib/aws/events.ts';
import type { Needs } from '#lib/model/ports.ts';
import { publishMessages } from '#lib/outbox/publish-messages.ts';
import { commit } from '#lib/store/commit.ts';
import { outboxStore } from '#lib/store/outbox.ts';

export const committer = (): Needs<'commit'> => {
  const publish = publishMessages({ ...eventBus(), ...outboxStore() });
  return {
    commit: async (unit) => {
      const pending = await commit(unit);
      if (pending.length > 0) await publish(pending);
    },
  };
};
