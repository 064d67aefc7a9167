/**
 * At-least-once delivery: a delivery is journalled before its first attempt and until it succeeds, also across a kill.
 * A failed delivery is retried after the delays, then written to the dead letters.
 * Does not: keep the order of events, or go on for 24 hours as EventBridge does.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BusEvent } from './bus-event.ts';
import { type Delivery, openDeliveryJournal } from './delivery-journal.ts';

export interface Deliveries {
  /** Journals the delivery and returns; the attempts follow. */
  add(deliveries: readonly Delivery[]): void;
  giveUp(delivery: Delivery, error: string): void;
  /** Stops retries and waits briefly for attempts under way. The remaining deliveries stay in the journal. */
  close(): Promise<void>;
}

export interface DeliveriesOptions {
  readonly dir: string;
  readonly now: () => Date;
  readonly deliver: (targetArn: string, event: BusEvent) => Promise<void>;
  /** Milliseconds before each further attempt. */
  readonly delaysMs: readonly number[];
}

const graceMs = 1000;

export function openDeliveries({ dir, now, deliver, delaysMs }: DeliveriesOptions): Deliveries {
  mkdirSync(dir, { recursive: true });
  const journal = openDeliveryJournal(join(dir, 'deliveries.jsonl'));
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();

  const giveUp = ({ targetArn, event }: Delivery, error: string) => {
    appendFileSync(
      join(dir, 'dead-letters.jsonl'),
      `${JSON.stringify({ at: now().toISOString(), targetArn, error, event })}\n`,
    );
  };
  const make = async (id: number, delivery: Delivery) => {
    const act = () => deliver(delivery.targetArn, structuredClone(delivery.event));
    const failure = await attempt(act, { delaysMs, signal: closing.signal });
    if (failure !== undefined && closing.signal.aborted) return;
    if (failure !== undefined) giveUp(delivery, failure);
    journal.over(id);
  };
  const begin = (id: number, delivery: Delivery) => {
    const making = make(id, delivery)
      .catch((error: unknown) => console.error('A delivery could not be recorded', error))
      .finally(() => underWay.delete(making));
    underWay.add(making);
  };

  for (const [id, delivery] of journal.open) begin(id, delivery);
  return {
    giveUp,
    add(deliveries) {
      for (const delivery of deliveries) begin(journal.take(delivery), delivery);
    },
    async close() {
      closing.abort();
      const grace = new AbortController();
      await Promise.race([
        Promise.all(underWay),
        sleep(graceMs, undefined, { signal: grace.signal }).catch(() => undefined),
      ]);
      grace.abort();
      journal.close();
    },
  };
}

/**
 * Resolves to undefined after a successful attempt, else to the last error. The first attempt starts after the caller
 * has continued.
 */
async function attempt(
  act: () => Promise<void>,
  { delaysMs, signal }: { delaysMs: readonly number[]; signal: AbortSignal },
): Promise<string | undefined> {
  let failure: string | undefined;
  for (const delay of [0, ...delaysMs]) {
    await sleep(delay, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return failure ?? 'Not attempted';
    try {
      await act();
      return undefined;
    } catch (error) {
      failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  }
  return failure;
}
