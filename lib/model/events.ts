/**
 * Everything that can happen, each with the shape of its data: the one list behind the timeline's entries and the
 * events on the bus (source `latchkey`, detail type = the name here).
 */
import * as z from 'zod/mini';
import { drillEvents } from './drill-events.ts';
import { cause, checks, databaseProof } from './event-proofs.ts';
import { keyEvents } from './key-events.ts';
import { lockoutStates } from './lockout-state.ts';
import { type Infer, lazily, lazyObject } from './schema.ts';

const arn = lazily(() => z.string().check(z.describe("The key's full ARN")));
const keyFact = lazyObject(() => ({ arn: arn() }));
const contact = lazyObject(() => ({
  arn: arn(),
  contact: z.string().check(z.describe("The contact's id")),
  email: z.string(),
}));
const programVersions = lazyObject(() => ({ service: z.string(), system: z.string() }));
const named = lazyObject(() => ({ name: z.string() }));
const backup = lazily(() => ({
  name: z.string().check(z.describe("The database's name")),
  backup: z.string().check(z.describe("The backup's id")),
}));
const attachment = lazyObject(() => ({ name: z.string(), app: z.string(), configVar: z.string(), release: z.int() }));
const batch = lazyObject(() => ({
  arn: arn(),
  count: z.int().check(z.describe('Databases in this batch')),
  databases: z.optional(z.array(databaseProof())).check(z.describe("The fleet's proof for each database")),
}));
const webhook = lazyObject(() => ({
  host: z.string().check(z.describe("Of the webhook's URL, whose path may be a secret")),
}));
const keyFactChecked = lazily(() => z.extend(keyFact(), { checks: checks() }));
const state = lazily(() => z.enum(lockoutStates));

export const events = {
  TeamCreated: named,
  TokenCreated: () => z.object({ name: z.string(), scopes: z.array(z.enum(['read', 'write', 'admin'])) }),
  TokenRevoked: () =>
    z.object({
      name: z.string(),
      with: z.optional(z.string()).check(z.describe('The revoked token that created it')),
    }),
  SessionStarted: () =>
    z
      .object({ session: z.string(), person: z.string() })
      .check(z.describe('A person signed in with the token, in a browser')),
  SessionEnded: () =>
    z.object({
      session: z.string(),
      person: z.string(),
      reason: z
        .enum(['signed_out', 'reused'])
        .check(z.describe('Reused: a renewal secret was used after its replacement')),
    }),
  SpaceCreated: () => z.object({ name: z.string(), tier: z.enum(['private', 'shield']) }),
  AppCreated: named,
  AppChanged: () => named().check(z.describe('How the app is run was changed')),
  AppDestroyed: named,
  ConfigVarsChanged: () => z.object({ names: z.array(z.string()), release: z.int() }),
  ...keyEvents,
  ...drillEvents,
  LockoutOpened: () =>
    z.object({ arn: arn(), cause: cause(), deadline: z.string(), databases: z.int(), checks: checks() }),
  LockoutCauseChanged: () =>
    z
      .object({
        arn: arn(),
        from: cause(),
        to: cause(),
        deletionDate: z.nullable(z.string()).check(z.describe('When KMS deletes the key, from DescribeKey')),
        keyGone: z.boolean().check(z.describe('Whether KMS has deleted the key')),
        checks: checks(),
      })
      .check(z.describe('The cause of the lockout changed, or the date of the deletion')),
  LockoutCancelled: keyFactChecked,
  LockoutAdvanced: () => z.object({ arn: arn(), from: state(), to: state(), checks: checks() }),
  ServicesStopped: batch,
  ServersStopped: batch,
  ServersStarted: batch,
  ServicesStarted: batch,
  DatabasesHeld: () =>
    z
      .object({
        arn: arn(),
        held: z.array(z.object({ databaseId: z.string(), reason: z.string(), detail: z.string() })),
      })
      .check(z.describe('Databases could not be stopped or started; retried every minute, and a person should look')),
  DatabasesStopped: () => keyFactChecked().check(z.describe('Everything on the key is stopped')),
  DatabasesRestored: () => keyFactChecked().check(z.describe('Everything on the key serves again')),
  AdminsNotified: () =>
    z.object({
      fact: z.string(),
      admins: z.array(z.string()).check(z.describe('Admins of apps, and contacts of the key')),
      mails: z.optional(z.array(z.object({ to: z.string(), messageId: z.string().check(z.describe("SES's id")) }))),
    }),
  AdminsNotReached: () =>
    z
      .object({
        fact: z.string(),
        admins: z.array(
          z.object({
            to: z.string(),
            reason: z.enum(['failed', 'unconfirmed', 'folded', 'over_limit', 'bounced']),
            detail: z.string(),
          }),
        ),
      })
      .check(
        z.describe('They got no mail about it, each for a reason; what failed is tried again every minute for a day'),
      ),
  ContactAdded: () =>
    contact().check(z.describe('A contact gets the notices of the key from now on, once its address is confirmed')),
  ContactRemoved: contact,
  RecipientConfirmed: () =>
    z
      .object({ email: z.string() })
      .check(z.describe('The address was confirmed by the code in its mail; it gets all mails from now on')),
  RecipientBounced: () =>
    z
      .object({ email: z.string(), reason: z.enum(['bounce', 'complaint']) })
      .check(z.describe('A mail to the address bounced or was reported as spam: it gets none until it confirms again')),
  MailDomainsChanged: () =>
    z.object({ domains: z.array(z.string()) }).check(z.describe('Addresses in them need no confirmation')),
  WebhookCreated: webhook,
  WebhookDeleted: webhook,
  WebhookSecretRotated: () =>
    z.extend(webhook(), {
      overlapUntil: z.string().check(z.describe('Until then, deliveries are signed with the previous secret, too')),
    }),
  WebhookPaused: () =>
    z
      .extend(webhook(), {
        reason: z.enum(['requested', 'failing', 'gone']),
        failingSince: z.nullable(z.string()).check(z.describe('The first attempt after which every attempt failed')),
      })
      .check(z.describe('Gets no events until a request sets it to active; gone: the receiver responded 410')),
  WebhookResumed: webhook,
  WebhookChanged: () => z.extend(webhook(), { members: z.array(z.enum(['url', 'description', 'types'])) }),
  DatabaseCreating: () =>
    z.object({
      name: z.string(),
      plan: z.string(),
      backup: z.optional(z.string()).check(z.describe('The backup that the database is restored from')),
    }),
  GrantCreated: () => z.object({ arn: arn(), grantId: z.string() }),
  GrantRetired: () =>
    z.object({
      arn: arn(),
      grantId: z.string(),
      retired: z.boolean().check(z.describe("False: the key's state forbids it; the grant ends with the key")),
    }),
  DatabaseCreated: () => z.object({ name: z.string(), plan: z.string(), attachment: z.string(), release: z.int() }),
  DatabaseAttached: attachment,
  DatabaseDetached: attachment,
  DatabaseConfigured: () =>
    z.object({ name: z.string(), settings: z.record(z.string(), z.union([z.string(), z.number()])) }),
  PlanChanged: () => z.object({ name: z.string(), from: z.string(), to: z.string() }),
  MaintenanceWindowChanged: () => z.object({ name: z.string(), window: z.string() }),
  MaintenanceScheduled: () => z.object({ name: z.string(), scheduledFor: z.string() }),
  MaintenanceStarted: () => named().check(z.describe('The service is saved and restarted')),
  MaintenanceCompleted: () =>
    z.object({
      name: z.string(),
      result: z.optional(z.string()).check(z.describe('In words: what was upgraded, or that nothing was')),
      versions: z.optional(z.object({ before: programVersions(), after: programVersions() })),
    }),
  MaintenanceFailed: () => z.object({ name: z.string(), detail: z.string() }),
  ForkStarted: () =>
    z.object({ name: z.string(), leader: z.string() }).check(z.describe('The database follows its leader from now on')),
  ForkCaughtUp: () =>
    z.object({ name: z.string(), leader: z.string() }).check(z.describe('The follower can be promoted')),
  ForkStalled: () =>
    z
      .object({ name: z.string(), leader: z.string(), detail: z.string() })
      .check(z.describe("The leader's writes do not arrive")),
  ForkResumed: () =>
    z.object({ name: z.string(), leader: z.string() }).check(z.describe("The leader's writes arrive again")),
  PromotionStarted: () =>
    z
      .object({ name: z.string(), app: z.string(), leader: z.nullable(z.string()) })
      .check(z.describe("The database will become the app's REDIS_URL")),
  WritersRefused: () =>
    z.object({ name: z.string() }).check(z.describe("The leader's writes are paused, and its follower takes over")),
  FollowerPromoted: () =>
    z
      .object({ name: z.string(), leader: z.string() })
      .check(z.describe('The database is no longer a follower, and takes writes')),
  AttachmentMoved: () =>
    z.object({
      name: z.string(),
      configVar: z.string(),
      before: z
        .nullable(z.object({ database: z.string(), configVar: z.string() }))
        .check(z.describe('The previous database of the config var, and its new name')),
      release: z.int(),
    }),
  WritersAdmitted: () => z.object({ name: z.string() }).check(z.describe('The previous leader takes writes again')),
  DatabasePromoted: () => z.object({ name: z.string(), app: z.string() }),
  PromotionUndone: () =>
    z
      .object({ name: z.string(), reason: z.string(), detail: z.string() })
      .check(z.describe('The state before the promotion is restored')),
  AppRestartRequested: () =>
    z
      .object({ name: z.string(), release: z.int() })
      .check(z.describe('The system that runs the app restarts it with its config vars')),
  AppRestartOrdered: () =>
    z
      .object({ name: z.string(), release: z.int() })
      .check(z.describe('A restart was requested, without a new release')),
  AppRestarted: () => z.object({ name: z.string(), release: z.int() }),
  CredentialsRotating: named,
  CredentialsRotated: () => named().check(z.describe('The old password is refused')),
  DatabaseRenamed: () => z.object({ from: z.string(), to: z.string() }),
  BackupStarted: () => z.object({ ...backup(), trigger: z.enum(['request', 'schedule', 'destroy']) }),
  BackupTaken: () =>
    z
      .object({ ...backup(), bytes: z.int(), expiresAt: z.string() })
      .check(z.describe('The backup can be restored while its key is usable')),
  BackupFailed: () =>
    z
      .object({ ...backup(), reason: z.string(), detail: z.string() })
      .check(z.describe('The backup failed, and nothing of it is stored')),
  BackupRemoved: () =>
    z.object(backup()).check(z.describe('The backup expired, was surplus, or was removed on request')),
  BackupRestored: () =>
    z
      .object({ ...backup(), from: z.nullable(z.string()), to: z.nullable(z.string()) })
      .check(
        z.describe("The new database has the backup's data; the ARNs of the keys of both, null for the platform's"),
      ),
  DatabaseFailed: () => z.object({ name: z.string(), reason: z.string(), detail: z.string() }),
  DatabaseDestroying: named,
  DatabaseDestroyed: named,
} as const satisfies Record<string, () => z.ZodMiniObject>;

export type EventType = keyof typeof events;
export type EventData = { [T in EventType]: Infer<(typeof events)[T]> };
