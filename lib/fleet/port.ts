/**
 * The fleet: servers (a machine and its encrypted volume) and the Redis services that run on them. Every verb takes a batch, may run
 * twice, and answers per server. A driver keeps what it needs to know about a server under the server's id.
 */

/** What a new server needs. The password reaches the fleet only as its SHA-256 in hex. */
export interface ServerSpec {
  readonly serverId: string;
  readonly teamId: string;
  readonly databaseId: string;
  /** Full ARN of the KMS key that wraps the volume's data key. */
  readonly keyArn: string;
  readonly passwordSha256: string;
  readonly memoryMb: number;
  readonly maxClients: number;
  readonly evictionPolicy: string;
}

/**
 * Why a verb failed. `key_unusable`: KMS refused to unwrap the volume's data key. `save_failed`: the service could not save, and stays up.
 * `start_failed`: the service did not answer. `volume_damaged`: the volume's bytes do not authenticate. `unavailable`: try again.
 * `service_running`: its server is not stopped under it. `server_stopped`: no service starts on it. `not_found`: no such server.
 */
export type FailureReason =
  | 'key_unusable'
  | 'save_failed'
  | 'start_failed'
  | 'volume_damaged'
  | 'unavailable'
  | 'service_running'
  | 'server_stopped'
  | 'not_found';

export type Outcome =
  | { readonly serverId: string; readonly state: 'done' | 'pending' }
  | { readonly serverId: string; readonly state: 'failed'; readonly reason: FailureReason; readonly detail: string };

/** Observed, never intended: `absent` is certainly not there, `unknown` may be. */
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

export interface Fleet {
  /** Makes the server and its volume, running, with no service yet. */
  launch(servers: readonly ServerSpec[]): Promise<Outcome[]>;
  describe(serverIds: readonly string[]): Promise<Observed[]>;
  /** Saves, verifies the save, stops the service. A failed save leaves the service up. */
  stopServices(serverIds: readonly string[]): Promise<Outcome[]>;
  /** Stops the server; what is on its volume is then ciphertext only. Refuses under a running service. */
  stopServers(serverIds: readonly string[]): Promise<Outcome[]>;
  /** Unwraps the volume's data key by KMS and brings the server up. */
  startServers(serverIds: readonly string[]): Promise<Outcome[]>;
  /** Starts the service and waits until it answers with its data loaded. */
  startServices(serverIds: readonly string[]): Promise<Outcome[]>;
  /** Removes server and volume for good. A server that is not there is `done`. */
  terminate(serverIds: readonly string[]): Promise<Outcome[]>;
}
