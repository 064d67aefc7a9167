/** The messages of a queue. The journal has an entry for each sent message and each deletion. */
import { randomUUID } from 'node:crypto';
import { readJournal, startJournal } from '../journal.ts';

export interface Message {
  readonly id: string;
  readonly body: string;
  /** In the format of the API. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Received extends Message {
  readonly handle: string;
}

export interface QueueMessages {
  /** Durable when it returns. */
  add(message: Message): Message;
  /** Hides each received message from other receivers for a time. */
  receive(limit: number, hiddenMs: number): readonly Received[];
  /** Ignores an unknown handle. */
  remove(handle: string): void;
  count(): number;
  close(): void;
}

type Line = { readonly sent: Message } | { readonly deleted: string };

interface QueuedMessage {
  readonly message: Message;
  hiddenUntil: number;
}

export function openMessages(path: string, now: () => number): QueueMessages {
  const queued = new Map<string, QueuedMessage>();
  for (const line of readJournal<Line>(path)) {
    if ('sent' in line) queued.set(line.sent.id, { message: line.sent, hiddenUntil: 0 });
    else queued.delete(line.deleted);
  }
  const journal = startJournal<Line>(
    path,
    [...queued.values()].map(({ message }) => ({ sent: message })),
  );
  const handles = new Map<string, string>();
  return {
    add(message) {
      journal.append({ sent: message });
      queued.set(message.id, { message, hiddenUntil: 0 });
      return message;
    },
    receive(limit, hiddenMs) {
      const visible = [...queued.values()].filter(({ hiddenUntil }) => hiddenUntil <= now()).slice(0, limit);
      return visible.map((each) => {
        each.hiddenUntil = now() + hiddenMs;
        const handle = randomUUID();
        handles.set(handle, each.message.id);
        return { ...each.message, handle };
      });
    },
    remove(handle) {
      const id = handles.get(handle);
      handles.delete(handle);
      if (id !== undefined && queued.delete(id)) journal.append({ deleted: id });
    },
    count: () => queued.size,
    close: () => journal.close(),
  };
}
