/**
 * EC2 instances with times to stop and start, under EC2's limits. Does not: launch, terminate, or keep volumes (it
 * throws).
 */
import type { Instance, InstanceState, Machines } from '#lib/aws/cloud.ts';
import { AwsRefusal } from '#lib/aws/refusal.ts';
import { tagNames } from '#lib/fleet/ec2/driver.ts';
import type { ScaleContext } from './context.ts';
import type { RateName } from './limits.ts';

export interface Machine {
  readonly instanceId: string;
  readonly keyArn: string;
  readonly tags: Record<string, string>;
  launchedAt: number;
  /** States by their time in milliseconds; the last one in the past applies. */
  now: { readonly state: InstanceState; readonly reason: string | null };
  next: { readonly state: InstanceState; readonly reason: string | null; readonly at: number } | null;
  agentAt: number;
  /** The actual state, regardless of its tag. */
  service: 'running' | 'stopped';
}

export interface Instances extends Machines {
  readonly all: Map<string, Machine>;
  stateOf(machine: Machine): InstanceState;
  add(server: Server): void;
  /** Shuts the operating system down; EC2 reports it as running for a while. */
  shutDown(machine: Machine): void;
}

interface Server {
  readonly serverId: string;
  readonly teamId: string;
  readonly databaseId: string;
  readonly keyArn: string;
}

export function instances(around: ScaleContext): Instances {
  const all = new Map<string, Machine>();
  const byServer = new Map<string, Machine>();
  const known = (instanceIds: readonly string[]): Machine[] =>
    instanceIds.map((id) => {
      const machine = all.get(id);
      if (!machine) throw new AwsRefusal('InvalidInstanceID.NotFound');
      return settled(around, machine);
    });
  const request = (action: string, tokens: Partial<Record<RateName, number>>): Promise<void> =>
    around.request({
      action: `EC2 ${action}`,
      latency: 'ec2Request',
      tokens,
      refusal: () => new AwsRefusal('RequestLimitExceeded'),
    });
  return {
    all,
    stateOf: (machine) => settled(around, machine).now.state,
    add: (server) => {
      const machine = running(server, around.time.millis() - 86_400_000);
      all.set(machine.instanceId, machine);
      byServer.set(server.serverId, machine);
    },
    shutDown: (machine) => {
      const { time, lasting } = around;
      time.at(time.millis() + lasting('powerOff'), () => stop(around, machine, 'Client.InstanceInitiatedShutdown'));
    },
    withTag: async (_, serverIds) => {
      await request('DescribeInstances', { describeInstances: 1 });
      return serverIds.flatMap((id) => byServer.get(id) ?? []).map((machine) => described(settled(around, machine)));
    },
    tag: async (instanceIds, tags) => {
      await request('CreateTags', { createTags: 1 });
      for (const machine of known(instanceIds)) Object.assign(machine.tags, tags);
    },
    stop: async (instanceIds) => {
      await request('StopInstances', { stopRequests: 1, stoppedInstances: instanceIds.length });
      for (const machine of known(instanceIds))
        if (machine.now.state === 'running') stop(around, machine, 'Client.UserInitiatedShutdown');
    },
    start: async (instanceIds) => {
      await request('StartInstances', { startRequests: 1, startedInstances: instanceIds.length });
      for (const machine of known(instanceIds)) if (machine.now.state === 'stopped') start(around, machine);
    },
    ...{ run: missing, terminate: missing, volumesWithTag: missing, deleteVolume: missing },
  };
}

const missing = () => {
  throw new Error('These instances do not do that');
};

function running({ serverId, teamId, databaseId, keyArn }: Server, launchedAt: number): Machine {
  const { server, team, database, key, service } = tagNames;
  const tags = { [server]: serverId, [team]: teamId, [database]: databaseId, [key]: keyArn, [service]: 'running' };
  const now = { state: 'running', reason: null } as const;
  return { instanceId: `i-${serverId}`, keyArn, tags, launchedAt, agentAt: 0, service: 'running', now, next: null };
}

function settled({ time }: ScaleContext, machine: Machine): Machine {
  if (machine.next && machine.next.at <= time.millis()) Object.assign(machine, { now: machine.next, next: null });
  return machine;
}

function stop({ time, lasting, breach }: ScaleContext, machine: Machine, reason: string): void {
  if (machine.service === 'running') breach(`${machine.instanceId} is stopped under its running service`);
  machine.now = { state: 'stopping', reason };
  machine.next = { state: 'stopped', reason, at: time.millis() + lasting('shutdown') };
}

function start(around: ScaleContext, machine: Machine): void {
  const { time, lasting } = around;
  machine.launchedAt = time.millis();
  machine.now = { state: 'pending', reason: null };
  machine.agentAt = Number.POSITIVE_INFINITY;
  time.at(time.millis() + lasting('attach'), () => attach(around, machine));
}

/** EC2 needs a grant and a data key from KMS for each of two volumes, and waits if KMS throttles. */
function attach({ meter, kms, lasting }: ScaleContext, machine: Machine): void {
  meter.count('KMS CreateGrant by EC2', 2);
  meter.count('KMS Decrypt by EC2', 2);
  const at = meter.queue('kmsCreateGrant', 2) + lasting('boot');
  machine.next = kms.isUsable(machine.keyArn)
    ? { at, state: 'running', reason: null }
    : { at, state: 'stopped', reason: 'Client.InvalidKMSKey.InvalidState' };
  machine.agentAt = at + lasting('agent');
}

const described = ({ instanceId, now, launchedAt, tags }: Machine): Instance => ({
  instanceId,
  state: now.state,
  stateReason: now.reason,
  launchedAt: new Date(launchedAt),
  privateIp: '10.0.0.1',
  tags: { ...tags },
});
