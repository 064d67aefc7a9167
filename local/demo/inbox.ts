/** The inbox of the app's admins, read as its page reads it. */
import * as z from 'zod/mini';
import { until } from './until.ts';

const Store = z.object({
  emails: z.array(z.object({ subject: z.string(), destination: z.object({ to: z.array(z.string()) }) })),
});

export interface Mail {
  readonly subject: string;
  readonly to: readonly string[];
}

export interface Inbox {
  all(): Promise<Mail[]>;
  /** Waits for the next mail after those that were read, whatever it says. */
  next(): Promise<Mail>;
}

export function createInbox(url: string): Inbox {
  let read = 0;
  const all = async () => {
    const response = await fetch(`${url}/store`, { signal: AbortSignal.timeout(10_000) });
    return Store.parse(await response.json()).emails.map(({ subject, destination }) => ({
      subject,
      to: destination.to,
    }));
  };
  return {
    all,
    next: async () => {
      const mail = await until('a mail to the admins', async () => (await all())[read] ?? null);
      read += 1;
      return mail;
    },
  };
}

/** As the story shows it. */
export const envelope = ({ subject, to }: Mail): string => `Mail to ${to.join(', ')}\n${subject}`;
