/** Finds the addresses that must be confirmed before they get more than one mail. */

import { chunks } from '#lib/model/chunks.ts';
import { isInDomains, recipientId } from '#lib/model/recipient.ts';
import type { RecipientStore } from '#lib/model/stores.ts';

export type UnconfirmedDeps = Pick<RecipientStore, 'recipientsOf' | 'mailDomainsOf'>;

export const unconfirmedAmong =
  (deps: UnconfirmedDeps) =>
  async (teamId: string, emails: readonly string[]): Promise<string[]> => {
    const domains = (await deps.mailDomainsOf(teamId))?.domains ?? [];
    const foreign = [...new Set(emails)].filter((email) => !isInDomains(email, domains));
    const known = await Promise.all(chunks(foreign, 100).map((batch) => deps.recipientsOf(teamId, batch)));
    const confirmed = new Set(known.flat().flatMap(({ id, confirmedAt }) => (confirmedAt ? [id] : [])));
    return foreign.filter((email) => !confirmed.has(recipientId(teamId, email)));
  };
