/**
 * The file of pending deliveries: one entry when a delivery is accepted, one when it ends. The file is compacted when
 * most of its entries are obsolete.
 */
import { readJournal, startJournal } from '../journal.ts';
import type { BusEvent } from './bus-event.ts';

export interface Delivery {
  readonly targetArn: string;
  readonly event: BusEvent;
  readonly ruleArn: string;
  /** The queue for the event if it cannot be delivered; null for none. */
  readonly deadLetterArn: string | null;
}

export interface DeliveryJournal {
  /** By id, in order of acceptance. */
  readonly pending: ReadonlyMap<number, Delivery>;
  /** Returns the id once the delivery is in the file. */
  add(delivery: Delivery): number;
  /** Without effect after `close`: the delivery is then repeated at the next start. */
  complete(id: number): void;
  close(): void;
}

type Line = { readonly id: number; readonly delivery: Delivery } | { readonly id: number; readonly over: true };

const compactAfter = 1000;

export function openDeliveryJournal(path: string): DeliveryJournal {
  const pending = pendingIn(readJournal<Line>(path));
  let nextId = Math.max(0, ...pending.keys()) + 1;
  let lines = 0;
  let closed = false;
  const compact = () => {
    lines = pending.size;
    return startJournal<Line>(
      path,
      [...pending].map(([id, delivery]) => ({ id, delivery })),
    );
  };
  let journal = compact();
  const append = (line: Line) => {
    journal.append(line);
    lines += 1;
    if (lines < compactAfter || pending.size > lines / 2) return;
    journal.close();
    journal = compact();
  };
  return {
    pending,
    add(delivery) {
      const id = nextId++;
      append({ id, delivery });
      pending.set(id, delivery);
      return id;
    },
    complete(id) {
      if (!closed && pending.delete(id)) append({ id, over: true });
    },
    close() {
      if (!closed) journal.close();
      closed = true;
    },
  };
}

function pendingIn(lines: readonly Line[]): Map<number, Delivery> {
  const open = new Map<number, Delivery>();
  for (const line of lines) {
    if ('over' in line) open.delete(line.id);
    else open.set(line.id, line.delivery);
  }
  return open;
}
