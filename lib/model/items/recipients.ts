/** Items of recipients outside their team's mail domains, and of the mail domains. */
import type { MailDomains, Recipient } from '#lib/model/recipient.ts';
import { type Address, inTeam } from './address.ts';
import type { Change } from './change.ts';

export const recipientRow = (id: string): Address => ({ pk: `RECIPIENT#${id}`, sk: 'RECIPIENT' });
export const domainsRow = (teamId: string) => inTeam(teamId, 'MAILDOMAINS');

export const recipientConfirmed = (recipient: Recipient, at: Date): Change => ({
  kind: 'save',
  row: { ...recipientRow(recipient.id), ...recipient, confirmedAt: at.toISOString(), bouncedAt: null },
});

/** One more mail may ask for a new confirmation at once. */
export function recipientBounced(recipient: Recipient, isKnown: boolean, at: Date): Change {
  const bouncedAt = at.toISOString();
  const row = { ...recipientRow(recipient.id), ...recipient, confirmedAt: null, lapsesAt: bouncedAt, bouncedAt };
  return isKnown ? { kind: 'save', row } : { kind: 'create', row };
}

export const mailDomainsSet = (teamId: string, domains: readonly string[], known: MailDomains | null): Change =>
  known
    ? { kind: 'save', row: { ...domainsRow(teamId), domains, version: known.version } }
    : { kind: 'create', row: { ...domainsRow(teamId), domains, version: 1 } };
