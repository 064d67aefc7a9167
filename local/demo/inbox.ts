/** The inbox of the local cloud, read as its page reads it. */
import * as z from 'zod/mini';
import { until } from './until.ts';

const Store = z.object({
  emails: z.array(
    z.object({
      subject: z.string(),
      destination: z.object({ to: z.array(z.string()) }),
      body: z.object({ text: z.string() }),
    }),
  ),
});

/** The admin of every app in the demo. */
export const admin = 'admin@example.com';

export interface Mail {
  readonly subject: string;
  readonly to: readonly string[];
  readonly text: string;
}

export interface Inbox {
  all(): Promise<Mail[]>;
  /** Waits for the first mail to that address that `next` has not returned yet; by default to the admin. */
  next(address?: string): Promise<Mail>;
  /** Waits for a mail with that subject to that address. */
  about(subject: RegExp, address: string): Promise<Mail>;
}

export function createInbox(url: string): Inbox {
  const read = new Map<string, number>();
  const all = async () => {
    const response = await fetch(`${url}/store`, { signal: AbortSignal.timeout(10_000) });
    return Store.parse(await response.json()).emails.map(({ subject, destination, body }) => ({
      subject,
      to: destination.to,
      text: body.text,
    }));
  };
  const to = async (address: string) => (await all()).filter((mail) => mail.to.includes(address));
  return {
    all,
    about: (subject, address) =>
      until(
        `a mail to ${address} with the subject ${subject.source}`,
        async () => (await to(address)).find((mail) => subject.test(mail.subject)) ?? null,
      ),
    next: async (address = admin) => {
      const count = read.get(address) ?? 0;
      read.set(address, count + 1);
      return until(`a mail to ${address}`, async () => (await to(address))[count] ?? null);
    },
  };
}

/** As the story shows it. */
export const envelope = ({ subject, to }: Mail): string => `Mail to ${to.join(', ')}\n${subject}`;
