/**
 * EC2's responses over instances in memory. `test/contracts/instances.ts` compares them with AWS's documentation and an
 * independent emulator. Has no subnets, images, profiles or limits, and no progress by itself: an instance is `pending`
 * or `stopping` until it is `settled`.
 */
import {
  CreateTagsCommand,
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  DescribeVolumesCommand,
  EC2Client,
  type InstanceStateName,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  type Tag,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';

export interface AnInstance {
  id: string;
  state: InstanceStateName;
  reason?: string;
  launchedAt: Date;
  tags: Record<string, string>;
}

interface AVolume {
  id: string;
  state: string;
  server: string;
  /** Empty for a volume that a test created without a launch. */
  keyArn?: string | undefined;
}

export const mockEc2 = () => mockClient(EC2Client);

export interface InstancesInMemory {
  ec2: ReturnType<typeof mockEc2>;
  instances: AnInstance[];
  volumes: AVolume[];
  /** Milliseconds; sleeping advances it. */
  at: number;
}

export const awsError = (name: string) => Object.assign(new Error(`AWS says ${name}`), { name });

export function behaveAsEc2(world: InstancesInMemory): void {
  const { ec2 } = world;
  ec2.on(DescribeInstancesCommand).callsFake((input) => ({
    Reservations: found(world, input).map((instance) => ({ Instances: [asAws(instance)] })),
  }));
  ec2.on(RunInstancesCommand).callsFake((input) => ({ Instances: [asAws(launched(world, input))] }));
  ec2.on(StartInstancesCommand).callsFake(({ InstanceIds }) => {
    const instances = those(world, InstanceIds);
    if (instances.some(({ state }) => isGone(state))) throw awsError('IncorrectInstanceState');
    for (const instance of instances.filter(({ state }) => state === 'stopped')) {
      move(instance, 'pending');
      instance.launchedAt = new Date(world.at);
    }
    return {};
  });
  ec2.on(StopInstancesCommand).callsFake(({ InstanceIds }) => {
    const instances = those(world, InstanceIds);
    if (instances.some(({ state }) => isGone(state))) throw awsError('IncorrectInstanceState');
    for (const instance of instances)
      if (instance.state === 'running') move(instance, 'stopping', 'Client.UserInitiatedShutdown');
    return {};
  });
  ec2.on(TerminateInstancesCommand).callsFake(({ InstanceIds }) => {
    for (const instance of those(world, InstanceIds)) move(instance, 'shutting-down', 'Client.UserInitiatedShutdown');
    return {};
  });
  ec2.on(CreateTagsCommand).callsFake(({ Resources, Tags }) => {
    for (const { tags } of those(world, Resources)) Object.assign(tags, tagsIn(Tags));
    return {};
  });
  ec2.on(DescribeVolumesCommand).callsFake(({ Filters }) => ({
    Volumes: world.volumes
      .filter(({ server }) => server === Filters[0].Values[0])
      .map(({ id, state, keyArn }) => ({
        VolumeId: id,
        State: state,
        Encrypted: keyArn !== undefined,
        KmsKeyId: keyArn,
      })),
  }));
  ec2.on(DeleteVolumeCommand).callsFake(({ VolumeId }) => {
    world.volumes = world.volumes.filter(({ id }) => id !== VolumeId);
    return {};
  });
}

/** Completes all pending transitions. */
export function settle(world: InstancesInMemory): void {
  const ends: Partial<Record<InstanceStateName, InstanceStateName>> = {
    pending: 'running',
    stopping: 'stopped',
    'shutting-down': 'terminated',
  };
  for (const instance of world.instances) {
    instance.state = ends[instance.state] ?? instance.state;
    const server = instance.tags['latchkey:server'];
    // Created to be deleted with their instance.
    if (instance.state === 'terminated') world.volumes = world.volumes.filter((volume) => volume.server !== server);
  }
}

/** Simulates a shutdown by the instance's own system. */
export function shutDown(world: InstancesInMemory, ids: readonly string[]): void {
  for (const instance of those(world, ids)) move(instance, 'stopping', 'Client.InstanceInitiatedShutdown');
}

const isGone = (state: InstanceStateName): boolean => state === 'shutting-down' || state === 'terminated';

function move(instance: AnInstance, state: InstanceStateName, reason = ''): void {
  Object.assign(instance, { state, reason });
}

/** All of them, or none at all. */
function those({ instances }: InstancesInMemory, ids: readonly string[] = []): AnInstance[] {
  return ids.map((id) => {
    const instance = instances.find((each) => each.id === id);
    if (!instance) throw awsError('InvalidInstanceID.NotFound');
    return instance;
  });
}

function found(world: InstancesInMemory, { InstanceIds, Filters }: DescribeInstancesCommandInput): AnInstance[] {
  if (InstanceIds) return those(world, InstanceIds);
  const values = Filters?.[0]?.Values ?? [];
  return world.instances.filter(({ tags }) => values.includes(tags['latchkey:server'] ?? ''));
}

function launched(
  world: InstancesInMemory,
  { ClientToken, TagSpecifications = [], BlockDeviceMappings = [] }: RunInstancesCommandInput,
): AnInstance {
  const id = `i-${ClientToken}`;
  const known = world.instances.find((instance) => instance.id === id);
  if (known) return known;
  const instance: AnInstance = {
    id,
    state: 'pending',
    launchedAt: new Date(world.at),
    tags: tagsIn(TagSpecifications.find(({ ResourceType }) => ResourceType === 'instance')?.Tags),
  };
  world.instances.push(instance);
  const { 'latchkey:server': server = '' } = tagsIn(
    TagSpecifications.find(({ ResourceType }) => ResourceType === 'volume')?.Tags,
  );
  world.volumes.push(
    ...BlockDeviceMappings.map(({ Ebs }, n) => ({
      id: `vol-${ClientToken}-${n}`,
      state: 'in-use',
      server,
      keyArn: Ebs?.KmsKeyId,
    })),
  );
  return instance;
}

const tagsIn = (tags: readonly Tag[] = []): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));

const asAws = ({ id, state, reason, launchedAt, tags }: AnInstance) => ({
  InstanceId: id,
  State: { Name: state },
  ...(reason ? { StateReason: { Code: reason, Message: reason } } : {}),
  LaunchTime: launchedAt,
  PrivateIpAddress: '10.0.0.7',
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});
