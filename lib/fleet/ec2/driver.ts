/**
 * The context of the driver's operations. Each operation takes only what it needs, so that a function's bundle has the
 * clients of the operations that it calls. The driver is stateless: its state is in tags of the instances.
 */

import type { Commands, Downloads, Instance, Machines, Transfers } from '#lib/aws/cloud.ts';
import { chunks } from '#lib/model/chunks.ts';
import type { Outcome } from '#lib/model/fleet.ts';
import type { Verdict } from '#lib/model/key.ts';
import type { Network } from '#lib/model/placement.ts';

/** The operator's placements of servers; null if the operator has set none. */
export interface Places {
  /** The network of a space by its id; `default` is for databases of apps outside a space. */
  readonly networkOf: (place: string) => Promise<Network | null>;
  /** The instance type of a plan, if the operator overrides the driver's. */
  readonly instanceTypeOf: (plan: string) => Promise<string | null>;
}

export interface Ec2Settings {
  /** Name or ARN of a profile with the permissions of Systems Manager only. */
  readonly instanceProfile: string;
  /** An image id, or `resolve:ssm:` and the name of a public parameter. */
  readonly image: string;
  /** The release of Amazon Linux 2023 to which maintenance upgrades servers; null for no upgrades. */
  readonly osRelease: string | null;
}

export interface Driver {
  readonly machines: Pick<Machines, 'withTag' | 'tag'>;
  readonly commands: Commands;
  readonly settings: Ec2Settings;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** For restores. */
export interface DownloadDriver extends Driver {
  readonly transfers: Downloads;
}

/** For backups. */
export interface TransferDriver extends Driver {
  readonly transfers: Transfers;
}

export interface StopDriver extends Driver {
  readonly machines: Driver['machines'] & Pick<Machines, 'stop'>;
}

export interface TerminateDriver extends Driver {
  readonly machines: Driver['machines'] & Pick<Machines, 'terminate' | 'volumesWithTag' | 'deleteVolume'>;
}

/** For starts, which check a server's key by KMS. */
export interface KeyDriver extends Driver {
  readonly machines: Driver['machines'] & Pick<Machines, 'start'>;
  /** A fresh check of the key, by KMS itself. */
  readonly checkKey: (key: { readonly keyArn: string; readonly teamId: string }) => Promise<Verdict>;
  /** A sentence with the statements that let EC2 use the key for volumes; empty for the platform's own key. */
  readonly volumeFix: (key: { readonly keyArn: string; readonly teamId: string }) => string;
}

export interface LaunchDriver extends KeyDriver {
  readonly machines: KeyDriver['machines'] & Pick<Machines, 'run'>;
  readonly places: Places;
}

/** A server and its newest instance. */
export interface ServerInstance {
  readonly serverId: string;
  readonly instance: Instance;
}

export const tagNames = {
  server: 'latchkey:server',
  team: 'latchkey:team',
  database: 'latchkey:database',
  key: 'latchkey:key',
  /**
   * `stopped` is set after a stop is verified, `running` before a start is sent: `stopped` is certain, `running` is
   * not.
   */
  service: 'latchkey:service',
  /** The id of the leader's server; empty after a promotion. */
  leader: 'latchkey:leader',
  /** The last command that changes the server; see `command-tag.ts`. */
  command: 'latchkey:command',
  /** The time of the last request to shut down (ISO 8601); see `shut-down.ts`. */
  shutDown: 'latchkey:shut-down',
  /** `installed` if the server has the certificate that the platform's authority signed. */
  certificate: 'latchkey:certificate',
  /** The last upload. It changes nothing on the server, so other commands need not wait for it. */
  upload: 'latchkey:upload',
} as const;

export const instanceIdsOf = (servers: readonly ServerInstance[]): string[] =>
  servers.map(({ instance }) => instance.instanceId);

export const isGone = ({ state }: Instance): boolean => state === 'terminated' || state === 'shutting-down';

/** The instances of each server, terminated ones last. Throws `AwsRefusal`. */
export async function instancesOf(
  { machines }: Driver,
  serverIds: readonly string[],
): Promise<Map<string, Instance[]>> {
  const instances = (
    await Promise.all(chunks(serverIds, batchSize).map((chunk) => machines.withTag(tagNames.server, chunk)))
  ).flat();
  const byServer = Map.groupBy(instances, ({ tags }) => tags[tagNames.server] ?? '');
  for (const own of byServer.values()) own.sort((a, b) => Number(isGone(a)) - Number(isGone(b)));
  return byServer;
}

/** A command of Systems Manager has at most 50 instances (Systems Manager quotas); a call of EC2 fails as a whole. */
export const batchSize = 50;

export const done = (serverId: string): Outcome => ({ serverId, state: 'done' });
export const pending = (serverId: string): Outcome => ({ serverId, state: 'pending' });
type Failed = Extract<Outcome, { state: 'failed' }>;
export const failed = (serverId: string, reason: Failed['reason'], detail: string): Failed => ({
  serverId,
  state: 'failed',
  reason,
  detail,
});
