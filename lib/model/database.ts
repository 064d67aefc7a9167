/** One managed Redis: a server (machine and encrypted volume) that runs a service. */
import type { Endpoint, Proof } from './fleet.ts';

/**
 * `creating`: being provisioned. `following`: a fork that catches up. `available`: serves.
 * `stopping`/`stopped`/`starting`: its key is, was or no longer is unusable. `failed`: needs a person; `failure` says
 * why. `destroying`: on its way out.
 */
export type DatabaseStatus =
  | 'creating'
  | 'following'
  | 'available'
  | 'stopping'
  | 'stopped'
  | 'starting'
  | 'failed'
  | 'destroying';
export const databaseStatuses = [
  'creating',
  'following',
  'available',
  'stopping',
  'stopped',
  'starting',
  'failed',
  'destroying',
] as const satisfies readonly DatabaseStatus[];

export interface Attachment {
  readonly appId: string;
  /** `REDIS` gives the app's config var `REDIS_URL`. */
  readonly name: string;
}

/** The leader of a follower, and the follower's last recorded progress; the fleet has the current progress. */
export interface Fork {
  readonly leaderId: string;
  /** The leader's name when the fork was made. */
  readonly leaderName: string;
  readonly since: string;
  /** `connecting`: it was never up. */
  readonly link: 'connecting' | 'up' | 'down';
  readonly lagBytes: number | null;
  readonly caughtUp: boolean;
}

/**
 * How far a promotion is. `preparing`, `shut_out` (the leader's writers are refused): it can still be undone.
 * `switching`: decided, and from here on it only goes forward. `leading`: no longer a follower. `moved`: the
 * app has its URL.
 */
export type PromotionStage = 'preparing' | 'shut_out' | 'switching' | 'leading' | 'moved';

export interface Promotion {
  readonly appId: string;
  /** Null for an independent database, which is only attached. */
  readonly leaderId: string | null;
  readonly stage: PromotionStage;
  /** Since when the leader's writers are refused. */
  readonly shutOutAt: string | null;
  /** The number of the execution that works on it, and the time of its request. */
  readonly run: number;
  readonly runAt: string;
}

export interface Database {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly plan: string;
  /** The app it was created for. */
  readonly appId: string;
  readonly appName: string;
  readonly status: DatabaseStatus;
  /** The observed state, by the fleet's last outcome. */
  readonly server: 'running' | 'stopped';
  readonly service: 'running' | 'stopped';
  readonly serverId: string;
  readonly endpoint: Endpoint | null;
  /** The customer's key; both null under the platform's key. */
  readonly keyId: string | null;
  readonly keyArn: string | null;
  /**
   * The password as ciphertext under the database's key (base64), and its SHA-256 in hex, which is all that a server
   * gets.
   */
  readonly sealedPassword: string;
  readonly passwordSha256: string;
  readonly grantId: string | null;
  readonly attachments: readonly Attachment[];
  /** Why it is `failed`, or what keeps it from stopping or starting now. */
  readonly failure: Failure | null;
  /** Whom it follows; null or not set for a database of its own. */
  readonly fork?: Fork | null;
  /** Set while it is being promoted. */
  readonly promotion?: Promotion | null;
  /** The follower that is being promoted in its place. */
  readonly handoverTo?: string | null;
  /** A new password is on record that the server may not know yet. */
  readonly rotating?: boolean;
  /**
   * The id of the last app that got a release for the rotation, in the order of ids; null or not set before the first.
   */
  readonly rotatedThrough?: string | null;
  /** The backup that it is made from, and when it got the data; null or not set for one that began empty. */
  readonly restoredFrom?: { readonly backupId: string; readonly at: string | null } | null;
  /** How its service runs, where that is not its plan's way. */
  readonly settings?: Settings;
  readonly maintenance?: Maintenance;
  /** The requested name on its app; `takeOver`: a database that has the name gets another. */
  readonly attachAs?: { readonly name: string; readonly takeOver: boolean } | null;
  /** Whether clients may connect without TLS: chosen at creation, on common plans only. */
  readonly allowPlaintext?: boolean;
  /** The drill whose fork it is. Requests, lists and apps do not see such a database. */
  readonly drillId?: string;
  readonly createdAt: string;
  readonly version: number;
}

export interface Settings {
  readonly evictionPolicy?: string;
  readonly idleTimeoutSeconds?: number;
  readonly keyspaceEvents?: string;
}

/** When its service may be started anew, and when that is due. */
export interface Maintenance {
  readonly window?: MaintenanceWindow;
  readonly scheduledFor?: string | null;
  /** Set while it goes on. */
  readonly startedAt?: string | null;
  /** Newest first, the last few. */
  readonly past?: readonly PastMaintenance[];
}

/** Four hours from there on, every week, in UTC. */
export interface MaintenanceWindow {
  readonly day: Weekday;
  /** `HH:MM`. */
  readonly time: string;
}

export const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export type Weekday = (typeof weekdays)[number];

export interface PastMaintenance {
  readonly scheduledFor: string | null;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Null: it went well. */
  readonly failure: string | null;
  /** Not set if the fleet does not report versions, or if the maintenance failed. */
  readonly versions?: NonNullable<Proof['versions']>;
}

export interface Failure {
  readonly reason: string;
  readonly detail: string;
  readonly at: string;
}

/** A stretch of a key's databases: ids behind `after`, up to and with `upTo`; null is open. */
export interface Batch {
  readonly after: string | null;
  readonly upTo: string | null;
}

/**
 * Both name the user `default`: with an empty user name redis-cli 7 is refused. They are the same (`rediss://`)
 * unless the database allows plaintext, whose `url` is `redis://`. Clients verify the server by `GET
 * /v1/certificate-authority`.
 */
export interface Credentials {
  readonly url: string;
  readonly tlsUrl: string;
}
