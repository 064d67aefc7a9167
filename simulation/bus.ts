/**
 * Delivers events late, twice, out of order or not at all. A failed listener is called again after one and three
 * minutes, as Lambda does.
 */
import type { Pending, Published } from '#lib/model/outbox-message.ts';
import type { Chaos } from './chaos.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface SimulatedBus {
  /** Publishes the platform's events; returns the ids of the accepted ones. */
  publish(pending: readonly Pending[], onEffect: (id: string) => Promise<void>): Promise<Published>;
  /** Delivers an external event: not at all, once or twice. */
  deliver(listener: () => Promise<void>): void;
}

const retriesAfter = [60_000, 180_000];

export function simulatedBus(time: VirtualTime, chaos: Chaos): SimulatedBus {
  const attempt = (listener: () => Promise<void>, tries: number): void =>
    void listener().catch(() => {
      const after = retriesAfter[tries];
      if (after !== undefined) time.at(time.millis() + after, () => attempt(listener, tries + 1));
    });
  const deliver: SimulatedBus['deliver'] = (listener) => {
    const rate = chaos.rates().event;
    if (chaos.hits(rate)) return;
    const times = chaos.hits(rate) ? 2 : 1;
    for (let copy = 0; copy < times; copy++) {
      const delay = chaos.hits(rate) ? chaos.between(10_000, 300_000) : chaos.between(20, 1500);
      time.at(time.millis() + delay, () => attempt(listener, 0));
    }
  };
  return {
    deliver,
    publish: (pending, onEffect) =>
      chaos.call(
        'bus',
        () => {
          const taken = pending.filter(() => !chaos.hits(chaos.rates().event / 2));
          for (const { id, effect } of taken) if (effect.kind !== 'event') deliver(() => onEffect(id));
          return { taken: taken.map(({ id }) => id), refused: [], failure: null };
        },
        () => new Error('EventBridge does not answer'),
      ),
  };
}
