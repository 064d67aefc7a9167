/** The platform's event bus: timeline entries go out as events, effects as the internal event `EffectDue`. */
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { eventConfig } from '#lib/config.ts';
import type { Pending } from '#lib/outbox/effect.ts';

export const source = 'latchkey';
/** Effects are the platform's own business: another source, so that no rule on `latchkey` sees them. */
const effectSource = 'latchkey.effects';

let client: EventBridgeClient | undefined;

export const eventBus = () => ({
  /** Answers the ids of those the bus took (at most 10 a call: PutEvents' limit). */
  publish: async (pending: readonly Pending[]): Promise<string[]> => {
    client ??= new EventBridgeClient({ maxAttempts: 3 });
    const taken: string[] = [];
    for (let start = 0; start < pending.length; start += 10) {
      const slice = pending.slice(start, start + 10);
      const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: slice.map(asEvent) }));
      taken.push(...slice.filter((_, index) => Entries[index]?.EventId).map(({ id }) => id));
    }
    return taken;
  },
});

function asEvent({ id, effect }: Pending): PutEventsRequestEntry {
  const EventBusName = eventConfig().EVENT_BUS_NAME;
  if (effect.kind !== 'event') {
    return { EventBusName, Source: effectSource, DetailType: 'EffectDue', Detail: JSON.stringify({ id }) };
  }
  const { type, ...detail } = effect.entry;
  return { EventBusName, Source: source, DetailType: type, Time: new Date(detail.at), Detail: JSON.stringify(detail) };
}
