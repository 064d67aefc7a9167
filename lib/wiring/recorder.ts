/** Recording a change in a deployment: its commit in the table, and the events and effects that follow from it. */
import { eventBus } from '#lib/aws/events.ts';
import { announce, type Record } from '#lib/outbox/record.ts';
import { commit } from '#lib/store/commit.ts';
import { outboxStore } from '#lib/store/outbox.ts';

export const recorder = (): { record: Record } => {
  const tell = announce({ ...eventBus(), ...outboxStore() });
  return {
    record: async (unit) => {
      const pending = await commit(unit);
      if (pending.length > 0) await tell(pending);
    },
  };
};
