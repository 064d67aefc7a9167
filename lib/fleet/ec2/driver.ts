/**
 * The context of the driver's operations, each of which takes what it needs, so that a function that calls a few of
 * them contains the clients of no others. The driver remembers nothing: what it must find again is a tag of the
 * instance.
 */

import type { Commands, Downloads, Instance, Machines, Transfers } from '#lib/aws/cloud.ts';
import { chunks } from '#lib/model/chunks.ts';
import type { Outcome } from '#lib/model/fleet.ts';
import type { Verdict } from '#lib/model/key.ts';
import type { Network } from '#lib/model/placement.ts';

/** The operator's placements of servers; null if the operator has set none. */
export interface Places {
  /** Of a space by its id; `default` is for databases of apps outside a space. */
  readonly networkOf: (place: string) => Promise<Network | null>;
  /** Of a plan, where it differs from the driver's own. */
  readonly instanceTypeOf: (plan: string) => Promise<string | null>;
}

export interface Ec2Settings {
  /** Name or ARN; it holds Systems Manager's rights and no others. */
  readonly instanceProfile: string;
  /** An image id, or `resolve:ssm:` and the name of a public parameter. */
  readonly image: string;
  /** The release of Amazon Linux 2023 that maintenance brings servers to; null: none. */
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

/** For starts, which ask KMS about a server's key. */
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

export interface Found {
  readonly serverId: string;
  readonly instance: Instance;
}

export const tagNames = {
  server: 'latchkey:server',
  team: 'latchkey:team',
  database: 'latchkey:database',
  key: 'latchkey:key',
  /**
   * `stopped` is set when a stop was verified, `running` before a start is sent; so `stopped` is certain, and `running`
   * may be.
   */
  service: 'latchkey:service',
  /** Whom it follows; empty once it was promoted. */
  leader: 'latchkey:leader',
  /** The last command that changed something, see `command-tag.ts`. */
  command: 'latchkey:command',
  /** When it was last asked to shut itself down (ISO 8601), see `shut-down.ts`. */
  shutDown: 'latchkey:shut-down',
  /** `installed` once it has the certificate that the platform's authority signed. */
  certificate: 'latchkey:certificate',
  /** The last upload, which changes nothing, so that nobody waits for it. */
  upload: 'latchkey:upload',
} as const;

export const isGone = ({ state }: Instance): boolean => state === 'terminated' || state === 'shutting-down';

/** The instances of the servers, those that are there before those that are gone. Throws `AwsRefusal`. */
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

/** A command of Systems Manager takes 50 instances (Systems Manager quotas), and EC2 fails a call as a whole. */
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
