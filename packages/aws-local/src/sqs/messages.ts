/** The messages of a queue, in a journal: an entry when a message is sent, and one when it is deleted. */
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
  /** Kept when it returns. */
  add(message: Message): Message;
  /** Hides each received message from other receivers for a time. */
  receive(most: number, hiddenMs: number): readonly Received[];
  /** Ignores a handle that is unknown. */
  remove(handle: string): void;
  count(): number;
  close(): void;
}

type Line = { readonly sent: Message } | { readonly deleted: string };

interface Kept {
  readonly message: Message;
  hiddenUntil: number;
}

export function openMessages(path: string, now: () => number): QueueMessages {
  const kept = new Map<string, Kept>();
  for (const line of readJournal<Line>(path)) {
    if ('sent' in line) kept.set(line.sent.id, { message: line.sent, hiddenUntil: 0 });
    else kept.delete(line.deleted);
  }
  const journal = startJournal<Line>(
    path,
    [...kept.values()].map(({ message }) => ({ sent: message })),
  );
  const handles = new Map<string, string>();
  return {
    add(message) {
      journal.append({ sent: message });
      kept.set(message.id, { message, hiddenUntil: 0 });
      return message;
    },
    receive(most, hiddenMs) {
      const visible = [...kept.values()].filter(({ hiddenUntil }) => hiddenUntil <= now()).slice(0, most);
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
      if (id !== undefined && kept.delete(id)) journal.append({ deleted: id });
    },
    count: () => kept.size,
    close: () => journal.close(),
  };
}
