/** SES's events about mails that were not delivered. Source: SES developer guide, "Contents of event data". */
import * as z from 'zod/mini';
import { lazily, lazyObject } from '#lib/model/schema.ts';

const addresses = lazily(() => z.array(z.object({ emailAddress: z.string() })));

/** A rejected mail has neither member: SES found a virus in it, and the recipient is not the reason. */
export const MailTrouble = lazyObject(() => ({
  mail: z.object({ tags: z.optional(z.record(z.string(), z.array(z.string()))) }),
  bounce: z.optional(z.object({ bounceType: z.string(), bouncedRecipients: addresses() })),
  complaint: z.optional(z.object({ complainedRecipients: addresses() })),
}));
