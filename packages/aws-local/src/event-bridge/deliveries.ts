/**
 * At-least-once delivery: a delivery is journalled before its first attempt, and is resumed after a kill. A failed
 * attempt is retried after each delay, unless retries cannot help.
 * Does not: keep the order of events, or retry for 24 hours as EventBridge does.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BusEvent } from './bus-event.ts';
import { type Delivery, openDeliveryJournal } from './delivery-journal.ts';
import { canBeRetried, type Failure, failureOf } from './undelivered.ts';

export interface Deliveries {
  /** Journals the delivery and returns; the attempts follow. */
  add(deliveries: readonly Delivery[]): void;
  giveUp(delivery: Delivery, failure: Failure): void;
  /** Stops retries and waits a second for attempts in flight. The remaining deliveries stay in the journal. */
  close(): Promise<void>;
}

export interface DeliveriesOptions {
  readonly dir: string;
  readonly now: () => Date;
  readonly deliver: (targetArn: string, event: BusEvent, ruleArn: string) => Promise<void>;
  /** Receives undeliverable events. If it rejects, the event is written to `dead-letters.jsonl`. */
  readonly undelivered: (delivery: Delivery, failure: Failure) => Promise<void>;
  /** Milliseconds before each further attempt. */
  readonly delaysMs: readonly number[];
}

const graceMs = 1000;

export function openDeliveries({ dir, now, deliver, undelivered, delaysMs }: DeliveriesOptions): Deliveries {
  mkdirSync(dir, { recursive: true });
  const journal = openDeliveryJournal(join(dir, 'deliveries.jsonl'));
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();

  const drop = ({ targetArn, event }: Delivery, error: string) => {
    appendFileSync(
      join(dir, 'dead-letters.jsonl'),
      `${JSON.stringify({ at: now().toISOString(), targetArn, error, event })}\n`,
    );
  };
  const giveUp = async (delivery: Delivery, failure: Failure) => {
    await undelivered(delivery, failure).catch(() => drop(delivery, failure.message));
  };
  const run = async (id: number, delivery: Delivery) => {
    const act = () => deliver(delivery.targetArn, structuredClone(delivery.event), delivery.ruleArn);
    const failure = await deliverWithRetries(act, { delaysMs, signal: closing.signal });
    if (failure !== undefined && closing.signal.aborted) return;
    if (failure !== undefined) await giveUp(delivery, failure);
    journal.complete(id);
  };
  const start = (id: number, delivery: Delivery) => {
    const running = run(id, delivery)
      .catch((error: unknown) => console.error('A delivery could not be recorded', error))
      .finally(() => underWay.delete(running));
    underWay.add(running);
  };

  for (const [id, delivery] of journal.pending) start(id, delivery);
  return {
    giveUp: (delivery, failure) => void giveUp(delivery, failure),
    add(deliveries) {
      for (const delivery of deliveries) start(journal.add(delivery), delivery);
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
async function deliverWithRetries(
  act: () => Promise<void>,
  { delaysMs, signal }: { delaysMs: readonly number[]; signal: AbortSignal },
): Promise<Failure | undefined> {
  let failure: Failure | undefined;
  for (const [index, delay] of [0, ...delaysMs].entries()) {
    await sleep(delay, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return failure ?? failureOf('Not attempted', 0);
    try {
      await act();
      return undefined;
    } catch (error) {
      failure = failureOf(error, index + 1);
      if (!canBeRetried(failure)) return failure;
    }
  }
  return failure;
}
