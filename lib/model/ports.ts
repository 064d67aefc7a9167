/**
 * The ports: what operations need of the outside. Adapters in `lib/store`, `lib/aws` and `lib/fleet` implement them,
 * and `lib/wiring` joins both. An operation names the functions that it calls: `Needs<'keyById' | 'commit' | 'now'>`.
 * A function that reads rejects with `Transient` while its service is unavailable. A list may be short, or empty,
 * before its last page.
 */
import type { SealedCheckpoint, Signer } from './checkpoint.ts';
import type { Clock } from './clock.ts';
import type { Fleet } from './fleet.ts';
import type { GrantPage, GrantQuery, GrantRequest, GrantsById } from './grant.ts';
import type { NewId } from './ids.ts';
import type { Commit } from './items/commit.ts';
import type { Context } from './key.ts';
import type { Probe } from './key-probe.ts';
import type { MailOrigin } from './mail-trouble.ts';
import type { Mail } from './notice.ts';
import type { MachineName, Pending, Published, Start } from './outbox-message.ts';
import type { EcsService } from './placement.ts';
import type { Sibling } from './readiness/facts.ts';
import type { Secret } from './secret.ts';
import type {
  AppStore,
  BackupStore,
  CertificateStore,
  ContactStore,
  DatabaseStore,
  DeliveryProofStore,
  DrillStore,
  KeyStore,
  LockoutStore,
  MaintenanceStore,
  NoticeStore,
  OutboxStore,
  PlacementStore,
  QuotaStore,
  RecipientStore,
  SessionStore,
  TeamStore,
  TimelineStore,
  WatchedStore,
  WebhookStore,
} from './stores.ts';
import type { AttemptOutcome } from './webhook-delivery.ts';

/** Encrypts small secrets by KMS. Both functions reject with `key_unusable` if KMS refuses. */
export interface KeyVault {
  /** Ciphertext in base64. */
  encrypt(keyArn: string, secret: Secret, context: Context): Promise<string>;
  decrypt(keyArn: string, ciphertext: string, context: Context): Promise<Secret>;
}

export interface GrantIssuer {
  /** Lets the data plane use the key for one database. A repeated call returns the id of the same grant. */
  createGrant(request: GrantRequest): Promise<string>;
  /**
   * The id of the grant of that name; null when there is none. Depends neither on the key's policy nor on its state.
   */
  findGrant(keyArn: string, databaseId: string): Promise<string | null>;
  /** False when the key's state forbids it. A grant that does not exist counts as retired. */
  retireGrant(keyArn: string, grantId: string): Promise<boolean>;
}

export interface GrantReader {
  grantsOnKey(keyArn: string, query: GrantQuery): Promise<GrantPage>;
  grantsById(keyArn: string, ids: readonly string[]): Promise<GrantsById>;
}

export interface SiblingReader {
  /**
   * The related keys of a multi-Region key, as each is reported in its own Region; empty for any other key, null if KMS
   * does not tell which they are. `canary`: a ciphertext of the key.
   */
  siblingsOf(keyArn: string, canary: string | null, context: Context): Promise<readonly Sibling[] | null>;
}

export interface EvidenceSigner {
  signer(): Promise<Signer>;
  /** An ECDSA signature over P-256: DER, in base64. */
  signDigest(digest: Uint8Array): Promise<string>;
}

export interface CheckpointStore {
  /** The latest checkpoint; null if there is none. */
  readCheckpoint(teamId: string): Promise<SealedCheckpoint | null>;
  storeCheckpoint(checkpoint: SealedCheckpoint): Promise<void>;
}

export interface Workflows {
  /** Idempotent: a second start under the same name has no effect. */
  startWorkflow(start: Start): Promise<void>;
  isRunning(machine: MachineName, name: string): Promise<boolean>;
}

export interface EventBus {
  publish(pending: readonly Pending[]): Promise<Published>;
}

export interface Mailer {
  /** Returns SES's message id. */
  sendMail(to: string, mail: Mail, origin: MailOrigin): Promise<string>;
}

export interface EcsServices {
  /** False when there is no such service, or it is being deleted. */
  forceNewDeployment(service: EcsService): Promise<boolean>;
}

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WebhookSender {
  /** One attempt. Never throws. */
  postWebhook(request: WebhookRequest): Promise<AttemptOutcome>;
}

/** What each process provides. */
export interface Runtime {
  readonly now: Clock;
  readonly newId: NewId;
  /** Writes a change with its entries and messages in one transaction, then publishes what is due. */
  commit(unit: Commit): Promise<void>;
  /** The ARN of the key that encrypts what no customer key encrypts. */
  platformKeyArn(): string;
}

export interface Ports
  extends AppStore,
    BackupStore,
    CertificateStore,
    CheckpointStore,
    ContactStore,
    DatabaseStore,
    DeliveryProofStore,
    DrillStore,
    EcsServices,
    EventBus,
    EvidenceSigner,
    GrantIssuer,
    GrantReader,
    KeyStore,
    KeyVault,
    LockoutStore,
    Mailer,
    MaintenanceStore,
    NoticeStore,
    OutboxStore,
    PlacementStore,
    Probe,
    QuotaStore,
    RecipientStore,
    Runtime,
    SessionStore,
    SiblingReader,
    TeamStore,
    TimelineStore,
    WatchedStore,
    WebhookSender,
    WebhookStore,
    Workflows {}

/** The functions of the ports that an operation calls. */
export type Needs<Name extends keyof Ports> = Pick<Ports, Name>;

/** The operations of the fleet that an operation calls: a function's bundle has these and no others. */
export interface NeedsFleet<Name extends keyof Fleet> {
  readonly fleet: () => Promise<Pick<Fleet, Name>>;
}
