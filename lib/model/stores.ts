/** The ports to the table. A list may be short, or empty, before its last page. */
import type { App, Release, Space } from './app.ts';
import type { Backup } from './backup.ts';
import type { StoredAuthority } from './certificate-authority.ts';
import type { Contact } from './contact.ts';
import type { Batch, Database } from './database.ts';
import type { AwaitedProof, DeliveryProofs } from './delivery-proof.ts';
import type { Drill } from './drill.ts';
import type { DrillSchedule } from './drill-schedule.ts';
import type { ChainPoint, Entry } from './entry.ts';
import type { Visited } from './items/backups.ts';
import type { OpenDrill } from './items/drills.ts';
import type { Due } from './items/maintenances.ts';
import type { Claim, NoticeRow } from './items/notices.ts';
import type { MessageQuery } from './items/outbox.ts';
import type { Quota, Usage } from './items/quotas.ts';
import type { Watched } from './items/watched.ts';
import type { DueDelivery } from './items/webhooks.ts';
import type { Key, KeyRef, KeyUse } from './key.ts';
import type { Lockout } from './lockout.ts';
import type { NoticeFailure } from './notice.ts';
import type { NoticeRequest, Parked, Pending } from './outbox-message.ts';
import type { ListQuery, Page } from './page.ts';
import type { EcsService } from './placement.ts';
import type { DailyCount, MailDomains, OnlyMail, Recipient } from './recipient.ts';
import type { Session, SignInCode } from './session.ts';
import type { Team, Token } from './team.ts';
import type { Webhook, WebhookFeed } from './webhook.ts';
import type { Delivery } from './webhook-delivery.ts';

export interface AppStore {
  findApp(teamId: string, nameOrId: string): Promise<App | null>;
  /** In no particular order; without those that do not exist. */
  appsById(teamId: string, ids: readonly string[]): Promise<App[]>;
  listApps(teamId: string, query: ListQuery): Promise<Page<App>>;
  findSpace(teamId: string, nameOrId: string): Promise<Space | null>;
  listSpaces(teamId: string, query: ListQuery): Promise<Page<Space>>;
  /** Newest first. */
  listReleases(teamId: string, appId: string, query: ListQuery): Promise<Page<Release>>;
  releaseByVersion(teamId: string, appId: string, version: number): Promise<Release | null>;
}

export interface BackupStore {
  backupById(teamId: string, id: string): Promise<Backup | null>;
  /** Newest first. */
  listBackups(teamId: string, databaseId: string, query: ListQuery): Promise<Page<Backup>>;
  /** The team's, oldest first; eventually consistent. */
  backupsOnKey(use: KeyUse, query: ListQuery): Promise<Page<Backup>>;
  /** The team's newest backup that can be restored, among the newest of the key; eventually consistent. */
  newestBackupOnKey(use: KeyUse): Promise<Backup | null>;
  visitedInShard(shard: number, after: string | null, limit: number): Promise<Page<Visited>>;
}

export interface CertificateStore {
  findAuthority(): Promise<StoredAuthority | null>;
  /** False when another writer was first. */
  keepAuthority(authority: StoredAuthority): Promise<boolean>;
}

export interface ContactStore {
  /** In the order of their ids. */
  listContacts(teamId: string, keyId: string, query: ListQuery): Promise<Page<Contact>>;
  /** Of any team; the caller decides what another team may learn. */
  contactById(id: string): Promise<Contact | null>;
}

export interface DatabaseStore {
  databaseById(teamId: string, id: string): Promise<Database | null>;
  /** Null for a drill's fork, as if there were none. */
  findDatabase(teamId: string, nameOrId: string): Promise<Database | null>;
  databasesById(teamId: string, ids: readonly string[]): Promise<Database[]>;
  /** Without drills' forks, so that a page may be short. */
  listDatabases(teamId: string, query: ListQuery): Promise<Page<Database>>;
  /** The team's, by id; eventually consistent. */
  databasesOnKey(use: KeyUse, query: ListQuery): Promise<Page<Database>>;
  /** Up to 50 databases, consistent. */
  batchOnKey(use: KeyUse, batch: Batch): Promise<Database[]>;
}

/** Each step of a delivery proof is a conditional write, so that a duplicate, late or forged event changes nothing. */
export interface DeliveryProofStore {
  /** Null for a key that is not registered. */
  deliveryProofsOf(arn: string): Promise<DeliveryProofs | null>;
  /** False while another proof is awaited, and for a key that is not registered. */
  proofAwaited(arn: string, echo: AwaitedProof): Promise<boolean>;
  /** False unless this request is awaited. */
  proofArrived(arn: string, requestId: string, at: Date): Promise<boolean>;
  /** False when the event arrived meanwhile. */
  proofMissed(arn: string, requestId: string): Promise<boolean>;
  /** False for a key that is not registered. */
  newsArrived(arn: string, at: Date): Promise<boolean>;
}

export interface DrillStore {
  drillById(teamId: string, id: string): Promise<Drill | null>;
  /** Newest first. */
  listDrills(teamId: string, query: ListQuery): Promise<Page<Drill>>;
  /** A drill under two keys is listed twice. */
  openDrills(after: string | null): Promise<Page<OpenDrill>>;
  drillScheduleOf(keyId: string): Promise<DrillSchedule | null>;
  /** Of all teams. */
  drillSchedules(after: string | null): Promise<Page<DrillSchedule>>;
}

export interface KeyStore {
  keyById(teamId: string, id: string): Promise<Key | null>;
  /** The team that registered the ARN. The caller decides what another team may learn. */
  ownerOf(arn: string): Promise<KeyRef | null>;
  listKeys(teamId: string, query: ListQuery): Promise<Page<Key>>;
  keysInShard(shard: number, after: string | null): Promise<Page<KeyRef & DeliveryProofs>>;
  /** In no particular order. */
  keysByRef(refs: readonly KeyRef[]): Promise<Key[]>;
}

export interface LockoutStore {
  lockoutById(teamId: string, id: string): Promise<Lockout | null>;
  /** Newest first. */
  listLockouts(teamId: string, query: ListQuery): Promise<Page<Lockout>>;
}

export interface MaintenanceStore {
  /** The earliest first. */
  scheduledMaintenances(after: string | null): Promise<Page<Due>>;
}

export interface NoticeStore {
  /** The stored outcome of this notice to this admin; null before the first attempt. */
  noticeTo(notice: NoticeRequest, admin: string): Promise<NoticeRow | null>;
  /** True if the caller has the claim and may send the notice. A claim expires after a minute. */
  claimNotice(notice: NoticeRequest, admin: string, claim: Claim): Promise<boolean>;
  noticeSent(notice: NoticeRequest, admin: string, sent: { at: Date; messageId: string }): Promise<NoticeRow>;
  /** Releases the claim, so that a retry need not wait, and stores the reason. */
  noticeFailed(notice: NoticeRequest, admin: string, failure: NoticeFailure): Promise<NoticeRow>;
}

export interface OutboxStore {
  /** The next team of a shard, in order, that has a message; null after the last. */
  nextTeamWaiting(shard: number, after: string | null): Promise<string | null>;
  /** Sorted by rank, then oldest first. */
  pendingOf(query: MessageQuery): Promise<Page<Pending>>;
  pendingById(id: string): Promise<Pending | null>;
  /** True for exactly one worker a minute. */
  claim(id: string, at: Date): Promise<boolean>;
  done(id: string): Promise<void>;
  parkedById(id: string): Promise<Parked | null>;
  listParked(after: string | null): Promise<Page<Parked>>;
}

export interface PlacementStore {
  ecsServiceOf(appId: string): Promise<EcsService | null>;
}

export interface QuotaStore {
  usageOf(teamId: string): Promise<Readonly<Record<Quota, Usage>>>;
  /** Existing items are kept, even if the new limit is lower. */
  limitQuota(teamId: string, quota: Quota, most: number): Promise<void>;
}

export interface RecipientStore {
  recipientById(id: string): Promise<Recipient | null>;
  /** The stored recipients among these addresses. */
  recipientsOf(teamId: string, emails: readonly string[]): Promise<Recipient[]>;
  mailDomainsOf(teamId: string): Promise<MailDomains | null>;
  /** Claims the single mail to an unconfirmed address. True unless another notice was sent within the last 30 days. */
  onlyMailClaimed(mail: OnlyMail, at: Date): Promise<boolean>;
  /** Increments today's count; false at the limit. */
  countedToday(count: DailyCount, at: Date): Promise<boolean>;
}

export interface SessionStore {
  /** A session may be over: DynamoDB drops its row within days. */
  sessionById(teamId: string, id: string): Promise<Session | null>;
  /** Of all tokens of the team, the oldest first. */
  sessionsOf(teamId: string): Promise<Session[]>;
  signInCodeById(teamId: string, id: string): Promise<SignInCode | null>;
}

export interface TeamStore {
  tokenByHash(hash: string): Promise<Token | null>;
  tokensByHash(hashes: readonly string[]): Promise<Token[]>;
  tokenById(teamId: string, id: string): Promise<Token | null>;
  tokensOf(teamId: string): Promise<Token[]>;
  /** The oldest first, with the times of their last use. */
  listTokens(teamId: string, query: ListQuery): Promise<Page<Token>>;
  /** Does not create a token that was revoked meanwhile. */
  tokenUsed(hash: string, at: Date): Promise<void>;
  teamById(teamId: string): Promise<Team | null>;
  teamNamed(name: string): Promise<Team | null>;
}

export interface TimelineStore {
  /** Newest first. */
  listEntries(teamId: string, query: ListQuery): Promise<Page<Entry>>;
  /** Sequence number 0 and `firstHash` for a team without entries. */
  headOfChain(teamId: string): Promise<ChainPoint>;
  /** The sequence numbers of the newest entries, by team; without teams that have no entry. */
  headsOfChains(teamIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  entryAt(teamId: string, seq: number): Promise<Entry | null>;
  /** The entries after a sequence number, oldest first; the cursor is null at the chain's end. */
  chainOf(teamId: string, after: number): Promise<Page<Entry>>;
  /** Every team that has an entry. */
  teamsWithChains(): AsyncGenerator<string>;
}

export interface WatchedStore {
  watchedDatabases(after: string | null): Promise<Page<Watched>>;
}

export interface WebhookStore {
  webhookById(teamId: string, id: string): Promise<Webhook | null>;
  /** In the order of their ids, which is the order of their creation. */
  listWebhooks(teamId: string, query: ListQuery): Promise<Page<Webhook>>;
  deliveryById(teamId: string, webhookId: string, id: string): Promise<Delivery | null>;
  /** Newest first. */
  listDeliveries(teamId: string, webhookId: string, query: ListQuery): Promise<Page<Delivery>>;
  /** Null before the team's first webhook. */
  webhookFeedOf(teamId: string): Promise<WebhookFeed | null>;
  webhookFeeds(shard: number, after: string | null): Promise<Page<WebhookFeed>>;
  /** The earliest pending deliveries of a webhook. */
  dueDeliveries(teamId: string, webhookId: string, limit: number): Promise<DueDelivery[]>;
}
