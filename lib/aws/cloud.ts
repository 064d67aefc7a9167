/**
 * What the driver needs of EC2 and Systems Manager, in its own words. `lib/aws/ec2.ts` and `lib/aws/ssm.ts` speak to
 * AWS.
 */

import type { BackupRef } from '#lib/model/fleet.ts';

/** EC2's own states (EC2 API reference, InstanceState). */
export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

export interface Instance {
  readonly instanceId: string;
  readonly state: InstanceState;
  /**
   * Why it last left `running`, or never got there: `Client.UserInitiatedShutdown`, `Client.InvalidKMSKey.InvalidState`
   * …; null while it runs.
   */
  readonly stateReason: string | null;
  /** Of its last start, which is also its last boot. */
  readonly launchedAt: Date;
  readonly privateIp: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Volume {
  readonly volumeId: string;
  /** `available` is attached to nothing. */
  readonly state: string;
}

/** A new instance with two encrypted volumes. */
export interface LaunchRequest {
  /** A repeat under the same token answers the same instance. At most 64 characters. */
  readonly token: string;
  readonly image: string;
  readonly instanceType: string;
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
  readonly instanceProfile: string;
  /** Full ARN; of both volumes. */
  readonly keyArn: string;
  readonly dataGiB: number;
  readonly userData: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Every call throws `AwsRefusal`. */
export interface Machines {
  run(request: LaunchRequest): Promise<Instance>;
  /**
   * All that carry one of the values under the tag, also those that are gone, for as long as EC2 remembers them (about
   * an hour).
   */
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
  /** What it is, for whoever looks at the history; at most 100 characters. */
  readonly comment: string;
  readonly script: string;
  /** How long the script may run, in seconds. */
  readonly withinSeconds: number;
}

/** One command on one instance. */
export interface Run {
  readonly instanceId: string;
  /** `undelivered`: the instance's agent never took it, so the script did not begin. `cut_off`: it ran out of time. */
  readonly state: 'underway' | 'ended' | 'undelivered' | 'cut_off';
  /** Null while it is underway. */
  readonly endedAt: Date | null;
  readonly exitCode: number | null;
  /** At most 2,500 characters. */
  readonly output: string;
}

/** Every call throws `AwsRefusal`. */
export interface Commands {
  /**
   * Answers the command's id. All or nothing: refused as `InvalidInstanceId` when one instance's agent is not there.
   */
  send(order: Order): Promise<string>;
  /** Empty for a moment after it was sent. */
  runsOf(commandId: string): Promise<Run[]>;
}

export interface StoredBackup {
  readonly bytes: number;
  /** The service's memory when it was saved, in bytes. */
  readonly memoryBytes: number;
}

/**
 * Backups in S3 under the database's own key. A server has no rights of its own there: it's handed URLs that run out.
 * Every call throws `AwsRefusal`.
 */
export interface Transfers {
  /** Null when there is none. */
  find(objectKey: string): Promise<StoredBackup | null>;
  /** A URL of a list with a URL per part, in order; each part has `partBytes`, the last one what is left. */
  beginUpload(upload: {
    readonly backup: BackupRef;
    readonly bytes: number;
    readonly memoryBytes: number;
    readonly partBytes: number;
  }): Promise<string>;
  /** Makes the object of its parts. False when no upload is open. */
  completeUpload(objectKey: string): Promise<boolean>;
  /** Where the object can be fetched for a quarter of an hour. */
  downloadUrl(objectKey: string): Promise<string>;
}
