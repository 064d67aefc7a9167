/** The ports of the EC2 driver to EC2, Systems Manager and S3. */

import type { BackupRef } from '#lib/model/fleet.ts';

/** EC2's own states (EC2 API reference, InstanceState). */
export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

export interface Instance {
  readonly instanceId: string;
  readonly state: InstanceState;
  /**
   * Why it last left `running` or never reached it, such as `Client.UserInitiatedShutdown` or
   * `Client.InvalidKMSKey.InvalidState`; null while it runs.
   */
  readonly stateReason: string | null;
  /** The time of its last start and boot. */
  readonly launchedAt: Date;
  readonly privateIp: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Volume {
  readonly volumeId: string;
  /** `available` is not attached. */
  readonly state: string;
}

/** A new instance with two encrypted volumes. */
export interface LaunchRequest {
  /** A repeat with the same token returns the same instance. At most 64 characters. */
  readonly token: string;
  readonly image: string;
  readonly instanceType: string;
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
  readonly instanceProfile: string;
  /** The full ARN of the key of both volumes. */
  readonly keyArn: string;
  readonly dataGiB: number;
  readonly userData: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Every call throws `AwsRefusal`. */
export interface Machines {
  run(request: LaunchRequest): Promise<Instance>;
  /** All instances with one of the values, including terminated ones while EC2 returns them (about an hour). */
  withTag(name: string, values: readonly string[]): Promise<Instance[]>;
  start(instanceIds: readonly string[]): Promise<void>;
  stop(instanceIds: readonly string[]): Promise<void>;
  terminate(instanceIds: readonly string[]): Promise<void>;
  tag(instanceIds: readonly string[], tags: Readonly<Record<string, string>>): Promise<void>;
  volumesWithTag(name: string, value: string): Promise<Volume[]>;
  deleteVolume(volumeId: string): Promise<void>;
}

export interface Order {
  readonly instanceIds: readonly string[];
  /** The purpose, for the command history; at most 100 characters. */
  readonly comment: string;
  readonly script: string;
  /** The maximum duration of the script, in seconds. */
  readonly withinSeconds: number;
}

/** One command on one instance. */
export interface Run {
  readonly instanceId: string;
  /**
   * `undelivered`: the instance's agent did not receive the command. `cut_off`: the script exceeded its maximum
   * duration.
   */
  readonly state: 'underway' | 'ended' | 'undelivered' | 'cut_off';
  /** Null until it ends. */
  readonly endedAt: Date | null;
  readonly exitCode: number | null;
  /** At most 2,500 characters. */
  readonly output: string;
}

/** Every call throws `AwsRefusal`. */
export interface Commands {
  /**
   * Returns the command's id. Throws `InvalidInstanceId`, and sends nothing, if the agent of one instance is not
   * registered.
   */
  send(order: Order): Promise<string>;
  /** May be empty shortly after the command was sent. */
  runsOf(commandId: string): Promise<Run[]>;
}

export interface StoredBackup {
  readonly bytes: number;
  /** The service's memory usage when it was saved, in bytes. */
  readonly memoryBytes: number;
}

/**
 * Backups in S3 under the database's key. Servers have no rights of their own and receive presigned URLs. Every call
 * throws `AwsRefusal`.
 */
export interface Downloads {
  /** Null if there is none. */
  find(objectKey: string): Promise<StoredBackup | null>;
  /** A URL of the object that expires after 15 minutes. */
  downloadUrl(objectKey: string): Promise<string>;
}

export interface Transfers extends Downloads {
  /** Returns the URL of a list with one URL per part, in order; each part has `partBytes`, the last one the rest. */
  beginUpload(upload: {
    readonly backup: BackupRef;
    readonly bytes: number;
    readonly memoryBytes: number;
    readonly partBytes: number;
  }): Promise<string>;
  /** Assembles the object. Returns false if no upload is open. */
  completeUpload(objectKey: string): Promise<boolean>;
}
