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
  /** By id, as they were taken on. */
  readonly open: ReadonlyMap<number, Delivery>;
  /** Writes the delivery to the file and returns its id. */
  take(delivery: Delivery): number;
  /** No more than a repetition is lost when the file is closed already. */
  over(id: number): void;
  close(): void;
}

type Line = { readonly id: number; readonly delivery: Delivery } | { readonly id: number; readonly over: true };

const compactAfter = 1000;

export function openDeliveryJournal(path: string): DeliveryJournal {
  const open = openIn(readJournal<Line>(path));
  let nextId = Math.max(0, ...open.keys()) + 1;
  let lines = 0;
  let closed = false;
  const compacted = () => {
    lines = open.size;
    return startJournal<Line>(
      path,
      [...open].map(([id, delivery]) => ({ id, delivery })),
    );
  };
  let journal = compacted();
  const append = (line: Line) => {
    journal.append(line);
    lines += 1;
    if (lines < compactAfter || open.size > lines / 2) return;
    journal.close();
    journal = compacted();
  };
  return {
    open,
    take(delivery) {
      const id = nextId++;
      append({ id, delivery });
      open.set(id, delivery);
      return id;
    },
    over(id) {
      if (!closed && open.delete(id)) append({ id, over: true });
    },
    close() {
      if (!closed) journal.close();
      closed = true;
    },
  };
}

function openIn(lines: readonly Line[]): Map<number, Delivery> {
  const open = new Map<number, Delivery>();
  for (const line of lines) {
    if ('over' in line) open.delete(line.id);
    else open.set(line.id, line.delivery);
  }
  return open;
}
