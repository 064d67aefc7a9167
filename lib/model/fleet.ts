/**
 * The fleet: servers (a machine and its encrypted volume) and the Redis services that run on them. Every verb takes a
 * batch, is idempotent, and returns an outcome per server. A driver stores what it needs under the server's id.
 */
import type { DatasetDigest } from './dataset-digest.ts';

/** Settings of a service, which can change while it runs. */
export interface ServiceSettings {
  readonly memoryMb: number;
  readonly maxClients: number;
  readonly evictionPolicy: string;
  /** Seconds until an idle client's connection is closed; 0 or not set: never. */
  readonly idleTimeoutSeconds?: number;
  /** Redis's `notify-keyspace-events`; none where it is empty or not set. */
  readonly keyspaceEvents?: string;
}

/** What a new server needs. The password reaches the fleet only as its SHA-256 in hex. */
export interface ServerSpec extends ServiceSettings {
  readonly serverId: string;
  readonly teamId: string;
  readonly databaseId: string;
  /** The space whose network the server is launched in; null or not set outside a space. */
  readonly spaceId?: string | null;
  readonly plan?: string;
  /** Full ARN of the KMS key that wraps the volume's data key. */
  readonly keyArn: string;
  readonly passwordSha256: string;
  /** Whether clients may connect without TLS; not set means that they may not. */
  readonly allowPlaintext?: boolean;
}

/**
 * Why a verb failed. `key_unusable`: KMS refused to unwrap the volume's data key. `save_failed`: the data could not
 * be kept. `start_failed`: the service did not respond. `volume_damaged`: the volume's bytes do not authenticate.
 * `unavailable`: try again. `service_running`: its server is not stopped under it. `server_stopped`: no service
 * starts on it. `not_found`: no such server. `backup_missing`: the store does not have it. `backup_damaged`: its
 * bytes do not authenticate, or are of another database.
 */
export type FailureReason =
  | 'key_unusable'
  | 'save_failed'
  | 'start_failed'
  | 'volume_damaged'
  | 'unavailable'
  | 'service_running'
  | 'server_stopped'
  | 'not_found'
  | 'backup_missing'
  | 'backup_damaged';

/**
 * How a stop kept the data, and what it took. `snapshot`: the service saved and the save was verified.
 * `append_only_file`: the service was ended without a save; every write that it had acknowledged to this file is
 * kept, and the next start loads them.
 */
export interface StopProof {
  readonly save: 'snapshot' | 'append_only_file';
  /**
   * `shutdown`: the service ended on request. `killed`: from outside the process. `found_ended`: it did not run any
   * more.
   */
  readonly end: 'shutdown' | 'killed' | 'found_ended';
  /**
   * Why there is no snapshot; null where there is one. `script_running`: a script could not be ended. `no_answer`:
   * the service did not respond in time. `save_failed`: it could not save, or not within the stop's budget.
   * `not_serving`: it was not up when the stop began.
   */
  readonly reason: 'script_running' | 'no_answer' | 'save_failed' | 'not_serving' | null;
}

/** The versions of a server's programs. */
export interface Versions {
  /** Of Valkey or Redis. */
  readonly service: string;
  /** The operating system's release. */
  readonly system: string;
}

/**
 * The proof of an operation. What the driver does not know is not set. A proof reveals nothing about the data.
 */
export interface Proof {
  /** When the service saved, as it reports (Redis's LASTSAVE). ISO 8601. */
  readonly savedAt?: string;
  readonly snapshotBytes?: number;
  /** Of the append-only file, where the data is kept in that. */
  readonly appendOnlyBytes?: number;
  readonly stop?: StopProof;
  /** The versions before and after a restart. */
  readonly versions?: { readonly before: Versions; readonly after: Versions };
  /** Of the volume as it lies on disk, which is ciphertext; SHA-256 in hex. */
  readonly volumeBytes?: number;
  readonly volumeSha256?: string;
}

/**
 * The result of an attempt to open a stopped server's volume. `refused`: KMS refused. `opened`: KMS allowed it.
 * `unanswered`: unknown. `not_tried`: the server runs, or the driver cannot try without starting the server.
 */
export interface Opening {
  readonly serverId: string;
  readonly answer: 'refused' | 'opened' | 'unanswered' | 'not_tried';
  /** AWS's error, and the request's id. */
  readonly error: string | null;
  readonly requestId: string | null;
}

export type Outcome =
  | { readonly serverId: string; readonly state: 'done'; readonly proof?: Proof }
  | { readonly serverId: string; readonly state: 'pending' }
  | { readonly serverId: string; readonly state: 'failed'; readonly reason: FailureReason; readonly detail: string };

/** The observed state, not the desired one. `absent` is certain; a server that is `unknown` may exist. */
export interface Observed {
  readonly serverId: string;
  readonly server: 'running' | 'stopped' | 'absent' | 'unknown';
  readonly service: 'running' | 'stopped' | 'unknown';
  /** Where clients connect; fixed for a server's life. */
  readonly endpoint: Endpoint | null;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly tlsPort: number;
}

/** The content of a certificate that a server requests. */
export type CertificateRequest =
  /**
   * `request` is null if the server needs no certificate. `publicKey` is PEM (SubjectPublicKeyInfo), `address` IPv4.
   */
  | {
      readonly serverId: string;
      readonly state: 'done';
      readonly request: { readonly publicKey: string; readonly address: string } | null;
    }
  | Exclude<Outcome, { state: 'done' }>;

/** A follower and its leader. A follower copies the leader's data and every later write. */
export interface Pair {
  readonly serverId: string;
  readonly leaderServerId: string;
}

/** The progress of a follower, as observed now. */
export interface Progress {
  readonly serverId: string;
  /** `leading`: not a follower. `unknown`: no such server, or no response. */
  readonly state: 'following' | 'leading' | 'unknown';
  /** Bytes of the leader's writes that the follower lacks; null while unknown. */
  readonly lagBytes: number | null;
  /** Whether it has the leader's data and lags by less than 64 KiB, which takes milliseconds to catch up. */
  readonly caughtUp: boolean;
  /** Whether the leader's writes arrive. */
  readonly link: 'up' | 'down';
  /**
   * False while the follower rewrites its append-only file, as after each copy of its leader. A promotion waits for the
   * file, because a process that ended before would lose its data.
   */
  readonly isPersisted?: boolean;
  /** The follower's activity, or why the link is down, in words. */
  readonly detail: string;
}

/** A stored backup, and the team, database and key that it is bound to. */
export interface BackupRef {
  readonly backupId: string;
  readonly teamId: string;
  readonly databaseId: string;
  /** Full ARN of the KMS key that wraps its data key: the database's own. */
  readonly keyArn: string;
  readonly objectKey: string;
}

export interface BackupOrder {
  readonly serverId: string;
  readonly backup: BackupRef;
}

/** The new server, and the backup to restore. They may be under different keys. */
export type RestoreOrder = BackupOrder;

export type TakenBackup =
  | {
      readonly serverId: string;
      readonly state: 'done';
      readonly objectBytes: number;
      /** The service's memory when it was saved, which a plan must have. */
      readonly memoryBytes: number;
    }
  | { readonly serverId: string; readonly state: 'pending' }
  | Extract<Outcome, { state: 'failed' }>;

/** Measurements of a running service; null for those that it does not report, as when it is stopped. */
export interface Measurement {
  readonly serverId: string;
  /** Redis's version. */
  readonly version: string | null;
  readonly usedBytes: number | null;
  /** Connections of clients. */
  readonly clients: number | null;
}

/** Asks for the digest of a running service's data set. */
export interface DigestRequest {
  readonly serverId: string;
  /** Lower-case letters and digits. A repeated request with the same label continues, or returns, the same digest. */
  readonly label: string;
  /** Epoch milliseconds. A key that expires earlier is counted and left out. */
  readonly expiresAfter: number;
}

export type DigestResult =
  | ({ readonly serverId: string; readonly state: 'done' } & DatasetDigest)
  | { readonly serverId: string; readonly state: 'pending' }
  | Extract<Outcome, { state: 'failed' }>;

export interface Fleet {
  /** Creates the server and its volume. The server runs, without a service. */
  launch(servers: readonly ServerSpec[]): Promise<Outcome[]>;
  describe(serverIds: readonly string[]): Promise<Observed[]>;
  /** The certificate (PEM) of the authority that the driver runs itself; null where the platform's authority signs. */
  certificateAuthority(): Promise<string | null>;
  /** The public key of a server whose service has not started. */
  certificateRequest(serverId: string): Promise<CertificateRequest>;
  /** Both are PEM. The service uses them from its next start on. */
  installCertificate(
    serverId: string,
    issued: { readonly certificate: string; readonly authority: string },
  ): Promise<Outcome>;
  /**
   * Pauses clients, saves, verifies the save, and ends the service, each within a time limit. A service that exceeds
   * one is killed, and its append-only file is kept with every write that it acknowledged, so that clients cannot
   * prevent a stop. The proof says which of the two happened. `save_failed`: neither was possible.
   */
  stopServices(serverIds: readonly string[]): Promise<Outcome[]>;
  /** Stops the server, after which its volume is only ciphertext. Refuses while its service runs. */
  stopServers(serverIds: readonly string[]): Promise<Outcome[]>;
  /** Unwraps the volume's data key by KMS and starts the server. */
  startServers(serverIds: readonly string[]): Promise<Outcome[]>;
  /**
   * Tries the first step of a start: KMS unwraps the volume's data key. Starts nothing; never throws.
   */
  tryToOpen(serverIds: readonly string[]): Promise<Opening[]>;
  /** Starts the service and waits until it responds with its data loaded. */
  startServices(serverIds: readonly string[]): Promise<Outcome[]>;
  /**
   * Saves the running service, encrypts the snapshot under the database's key, and stores it. Clients stay connected.
   */
  backup(orders: readonly BackupOrder[]): Promise<TakenBackup[]>;
  /** Restores backups to servers whose service has not started. */
  restore(orders: readonly RestoreOrder[]): Promise<Outcome[]>;
  /** Removes server and volume permanently. A missing server is `done`. */
  terminate(serverIds: readonly string[]): Promise<Outcome[]>;
  /**
   * Makes each server a follower, which reads like its leader and takes no writes of its own. `done` says that it has
   * begun, not that it has caught up. It follows again by itself after either was stopped, until it is promoted.
   */
  follow(pairs: readonly Pair[]): Promise<Outcome[]>;
  /** Returns within seconds, even if a server hangs. */
  caughtUp(serverIds: readonly string[]): Promise<Progress[]>;
  /**
   * Makes each follower an independent server with the data that it has. `pending` while its leader responds and has
   * more data.
   */
  promote(pairs: readonly Pair[]): Promise<Outcome[]>;
  /**
   * From `done` on no write of a client is acknowledged, also after a restart; reads go on. A service that its
   * clients keep busy is restarted for it.
   */
  pauseWrites(serverIds: readonly string[]): Promise<Outcome[]>;
  resumeWrites(serverIds: readonly string[]): Promise<Outcome[]>;
  /**
   * A new password for clients, as its SHA-256 in hex: at once where the service runs, and at every later start. The
   * old one's connections end. A service that its clients keep busy is restarted for it, with what it had
   * acknowledged.
   */
  setPassword(serverId: string, passwordSha256: string): Promise<Outcome>;
  /** Immediate if the service runs, and at every later start. */
  configure(serverId: string, settings: ServiceSettings): Promise<Outcome>;
  /** Returns within seconds, even if a server hangs. */
  measure(serverIds: readonly string[]): Promise<Measurement[]>;
  /** Reads every key of a service that takes no writes, so the caller asks again until it is done. */
  digest(requests: readonly DigestRequest[]): Promise<DigestResult[]>;
  /** Resets the counters; a stopped service has none. */
  resetStatistics(serverIds: readonly string[]): Promise<Outcome[]>;
  /**
   * Stops as `stopServices` does, upgrades programs where the driver can, and starts the service anew. One that is
   * not meant to run is left alone.
   */
  restartServices(serverIds: readonly string[]): Promise<Outcome[]>;
}
