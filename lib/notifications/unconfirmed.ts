/** Finds the addresses that get no notice until they confirm: outside of the mail domains, or after a bounce. */

import { chunks } from '#lib/model/chunks.ts';
import { isReachable } from '#lib/model/contact.ts';
import { isInDomains, recipientId } from '#lib/model/recipient.ts';
import type { RecipientStore } from '#lib/model/stores.ts';

export const unconfirmedAmong =
  (deps: Pick<RecipientStore, 'recipientsOf' | 'mailDomainsOf'>) =>
  async (teamId: string, emails: readonly string[]): Promise<string[]> => {
    const domains = (await deps.mailDomainsOf(teamId))?.domains ?? [];
    const each = [...new Set(emails)];
    const known = (await Promise.all(chunks(each, 100).map((batch) => deps.recipientsOf(teamId, batch)))).flat();
    const byId = new Map(known.map((recipient) => [recipient.id, recipient]));
    return each.filter((email) => {
      const recipient = byId.get(recipientId(teamId, email)) ?? null;
      return !isReachable({ isOwn: isInDomains(email, domains), recipient });
    });
  };
