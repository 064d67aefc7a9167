/**
 * Collects what the readiness of a key rests on besides its check. Bounded for a key with any number of databases: a
 * few reads of the table, at most one ListGrants, and a call or two for each related key in another Region.
 */

import { log } from '#lib/log.ts';
import { isReachable } from '#lib/model/contact.ts';
import type { Database } from '#lib/model/database.ts';
import { type Key, teamContext } from '#lib/model/key.ts';
import type { Needs } from '#lib/model/ports.ts';
import type { BackupFacts, GrantFacts, ReadinessFacts, RecipientFacts } from '#lib/model/readiness/facts.ts';
import { isInDomains, mailboxOf } from '#lib/model/recipient.ts';

export type CollectDeps = Needs<
  | 'appsById'
  | 'databasesOnKey'
  | 'deliveryProofsOf'
  | 'grantsOnKey'
  | 'listContacts'
  | 'mailDomainsOf'
  | 'newestBackupOnKey'
  | 'recipientsOf'
  | 'siblingsOf'
  | 'now'
>;

export type Collected = Required<Pick<Key, 'facts'>> & Pick<Key, 'siblings'>;

/** The databases that are looked at: their apps' admins, and their grants. */
const sample = 50;
/** KMS's page of grants. */
const grantsAtOnce = 100;
const mostLags = 9;

/** Never rejects: what cannot be read is null, and what is unknown of related keys stays as it was. */
export const collectFacts =
  (deps: CollectDeps) =>
  async (key: Key): Promise<Collected> => {
    const { teamId, arn, canary } = key;
    const at = deps.now().toISOString();
    const databases = orNull('databases', () =>
      deps.databasesOnKey({ teamId, keyArn: arn }, { after: null, limit: sample }),
    );
    const sampled = async () => (await databases)?.items ?? [];
    const [eventLagSeconds, recipients, backup, grants, siblings] = await Promise.all([
      orNull('delivery proofs', () => lagsOf(deps, key)),
      orNull('recipients', async () => recipientsOf(deps, key, await sampled())),
      orNull('backups', async () => backupsOf(deps, key, await sampled())),
      orNull('grants', async () => grantsOf(deps, key, await sampled())),
      orNull('related keys', () => deps.siblingsOf(arn, canary, teamContext(teamId))),
    ]);
    const facts: ReadinessFacts = { at, eventLagSeconds: eventLagSeconds ?? [], recipients, backup, grants };
    const known = siblings ?? key.siblings;
    return { facts, ...(known ? { siblings: known } : {}) };
  };

async function orNull<T>(what: string, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    log.warn('A fact about a key could not be read', { what, error: error as Error });
    return null;
  }
}

/** The newest proof counts once: only if its check is newer than the stored facts. */
async function lagsOf({ deliveryProofsOf }: CollectDeps, { arn, facts }: Key): Promise<readonly number[]> {
  const known = facts?.eventLagSeconds ?? [];
  const { provenAt, arrivedAt } = (await deliveryProofsOf(arn)) ?? {};
  if (!provenAt || !arrivedAt || Date.parse(provenAt) < Date.parse(facts?.at ?? provenAt) - 60_000) return known;
  const lag = Math.max(0, Math.round((Date.parse(arrivedAt) - Date.parse(provenAt)) / 1000));
  return [lag, ...known].slice(0, mostLags);
}

async function recipientsOf(
  deps: CollectDeps,
  { teamId, id }: Key,
  databases: readonly Database[],
): Promise<RecipientFacts> {
  const appIds = [
    ...new Set(databases.flatMap(({ appId, attachments }) => [appId, ...attachments.map((each) => each.appId)])),
  ];
  const [apps, contacts, domains] = await Promise.all([
    appIds.length > 0 ? deps.appsById(teamId, appIds.slice(0, 100)) : [],
    deps.listContacts(teamId, id, { limit: 100 }),
    deps.mailDomainsOf(teamId),
  ]);
  const addresses = [...apps.flatMap(({ admins }) => admins), ...contacts.items.map(({ email }) => email)];
  const emails = [...new Map(addresses.map((email) => [mailboxOf(email), email])).values()].slice(0, 100);
  const stored = new Map((await deps.recipientsOf(teamId, emails)).map((each) => [mailboxOf(each.email), each]));
  const states = emails.map((email) => ({
    isOwn: isInDomains(email, domains?.domains ?? []),
    recipient: stored.get(mailboxOf(email)) ?? null,
  }));
  const reachable = states.filter(isReachable).length;
  const bouncing = states.flatMap(({ recipient }) => (recipient?.bouncedAt ? [recipient.email] : []));
  const unconfirmed = states.length - reachable - bouncing.length;
  return { reachable, unconfirmed, bounced: bouncing.length, bouncedExamples: bouncing.slice(0, 3) };
}

async function backupsOf(
  { newestBackupOnKey }: CollectDeps,
  { teamId, arn }: Key,
  databases: readonly Database[],
): Promise<BackupFacts> {
  const newest = await newestBackupOnKey({ teamId, keyArn: arn });
  const example = databases.find(({ status }) => status === 'available')?.name ?? null;
  return { newestAt: newest?.createdAt ?? null, example };
}

/** Where AWS services make the grants of volumes, no row names one, and KMS is not called. */
async function grantsOf(
  { grantsOnKey }: CollectDeps,
  { arn }: Key,
  databases: readonly Database[],
): Promise<GrantFacts> {
  const recorded = databases.flatMap(({ grantId, name }) => (grantId ? [{ grantId, name }] : []));
  if (recorded.length === 0) return { lost: 0, examples: [], checked: 0, unknown: 0 };
  const { grants, next, scope } = await grantsOnKey(arn, { after: null, limit: grantsAtOnce });
  const found = new Set(grants.map(({ id }) => id));
  const missing = recorded.filter(({ grantId }) => !found.has(grantId));
  const isComplete = next === null && scope !== 'nothing';
  if (!isComplete) return { lost: 0, examples: [], checked: recorded.length, unknown: missing.length };
  const examples = missing.slice(0, 3).map(({ name }) => name);
  return { lost: missing.length, examples, checked: recorded.length, unknown: 0 };
}
