/**
 * EC2 for the fleet's driver, a function per call, so that a bundle has the shapes of its own calls only. The SDK makes
 * few retries, with backoff and jitter, because the state machines retry too.
 */
import {
  CreateTagsCommand,
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
  type Instance as Ec2Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Instance, InstanceState, LaunchRequest, Machines, Volume } from './cloud.ts';
import { roleCredentials } from './credentials.ts';
import { AwsRefusal, orRefusal } from './refusal.ts';

let client: EC2Client | undefined;
const ec2 = (): EC2Client => {
  client ??= new EC2Client({ maxAttempts: 3, retryMode: 'adaptive', ...roleCredentials() });
  return client;
};

const ids = (instanceIds: readonly string[]) => ({ InstanceIds: [...instanceIds] });
const asTags = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export async function run(request: LaunchRequest): Promise<Instance> {
  const { Instances = [] } = await orRefusal(ec2().send(new RunInstancesCommand(launchInput(request))));
  const [instance] = Instances;
  if (!instance) throw new AwsRefusal('InternalError');
  return asInstance(instance);
}

export const start: Machines['start'] = async (instanceIds) =>
  void (await orRefusal(ec2().send(new StartInstancesCommand(ids(instanceIds)))));
export const stop: Machines['stop'] = async (instanceIds) =>
  void (await orRefusal(ec2().send(new StopInstancesCommand(ids(instanceIds)))));
export const terminate: Machines['terminate'] = async (instanceIds) =>
  void (await orRefusal(ec2().send(new TerminateInstancesCommand(ids(instanceIds)))));
export const tag: Machines['tag'] = async (instanceIds, tags) =>
  void (await orRefusal(ec2().send(new CreateTagsCommand({ Resources: [...instanceIds], Tags: asTags(tags) }))));
export const deleteVolume: Machines['deleteVolume'] = async (VolumeId) =>
  void (await orRefusal(ec2().send(new DeleteVolumeCommand({ VolumeId }))));

/** The root device of Amazon Linux 2023's images. The set-up script finds the data volume by its device name. */
const rootDevice = '/dev/xvda';
const rootGiB = 8;
const dataDevice = '/dev/sdf';

function launchInput(request: LaunchRequest): RunInstancesCommandInput {
  const { token, image, instanceType, subnetId, securityGroupIds, instanceProfile, keyArn, dataGiB, userData, tags } =
    request;
  const encrypted = { Encrypted: true, KmsKeyId: keyArn, VolumeType: 'gp3' as const, DeleteOnTermination: true };
  return {
    MinCount: 1,
    MaxCount: 1,
    ClientToken: token,
    ImageId: image,
    InstanceType: instanceType as NonNullable<RunInstancesCommandInput['InstanceType']>,
    NetworkInterfaces: [
      { DeviceIndex: 0, SubnetId: subnetId, Groups: [...securityGroupIds], AssociatePublicIpAddress: false },
    ],
    IamInstanceProfile: instanceProfile.startsWith('arn:') ? { Arn: instanceProfile } : { Name: instanceProfile },
    MetadataOptions: {
      HttpTokens: 'required',
      HttpEndpoint: 'enabled',
      HttpPutResponseHopLimit: 1,
      InstanceMetadataTags: 'disabled',
    },
    BlockDeviceMappings: [
      { DeviceName: rootDevice, Ebs: { ...encrypted, VolumeSize: rootGiB } },
      { DeviceName: dataDevice, Ebs: { ...encrypted, VolumeSize: dataGiB } },
    ],
    InstanceInitiatedShutdownBehavior: 'stop',
    UserData: Buffer.from(userData).toString('base64'),
    TagSpecifications: (['instance', 'volume', 'network-interface'] as const).map((ResourceType) => ({
      ResourceType,
      Tags: asTags(tags),
    })),
  };
}

export async function withTag(name: string, values: readonly string[]): Promise<Instance[]> {
  const found: Instance[] = [];
  let NextToken: string | undefined;
  do {
    const Filters = [{ Name: `tag:${name}`, Values: [...values] }];
    const page = await orRefusal(
      ec2().send(new DescribeInstancesCommand({ Filters, ...(NextToken ? { NextToken } : {}) })),
    );
    found.push(...(page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances.map(asInstance)));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

export async function volumesWithTag(name: string, value: string): Promise<Volume[]> {
  const Filters = [{ Name: `tag:${name}`, Values: [value] }];
  const { Volumes = [] } = await orRefusal(ec2().send(new DescribeVolumesCommand({ Filters })));
  return Volumes.map(({ VolumeId = '', State = '' }) => ({ volumeId: VolumeId, state: State }));
}

const asInstance = ({ InstanceId, State, StateReason, LaunchTime, PrivateIpAddress, Tags }: Ec2Instance): Instance => ({
  instanceId: InstanceId ?? '',
  state: (State?.Name ?? 'pending') as InstanceState,
  stateReason: StateReason?.Code ?? null,
  launchedAt: LaunchTime ?? new Date(0),
  privateIp: PrivateIpAddress ?? null,
  tags: Object.fromEntries((Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
});
