/**
 * EC2 and Run Command as the fleet's driver uses them: launches on encrypted volumes into a network, and scripts on
 * running instances.
 */
import { randomUUID } from 'node:crypto';
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  EC2Client,
  type Instance,
  RunInstancesCommand,
  type Volume,
} from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Place } from 'aws-local/test-support/targets';
import { customerAccount, region } from '#local/accounts.ts';
import { createAgents } from '#test/deploy/agents.ts';
import { startJsonEndpoint } from '#test/deploy/json-endpoint.ts';
import { settle } from '#test/unit/ec2/instances.ts';
import { aWorld } from '#test/unit/ec2/world.ts';

export const keyArn = `arn:aws:kms:${region}:${customerAccount}:key/11111111-2222-4333-8444-555555555555`;

interface Network {
  readonly ImageId: string;
  readonly SubnetId: string;
  readonly Groups: string[];
}

export interface Ec2World {
  readonly ec2: EC2Client;
  readonly ssm: SSMClient;
  /** Completes all pending transitions. */
  settle(): void;
  /** Returns an instance's id; `server` is its tag's value, and by default the launch's token. */
  launch(server: string, token?: string): Promise<string>;
  /** A name that no server has. */
  server(): string;
  instances(...servers: string[]): Promise<readonly Instance[]>;
  volumes(server: string): Promise<readonly Volume[]>;
}

/** An independent emulator, where transitions complete at once. */
export async function connectEc2({ client }: Place): Promise<{ world: Ec2World; close(): void }> {
  const ec2 = new EC2Client(client());
  const ssm = new SSMClient(client());
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({}));
  const network = {
    ImageId: Images.find(({ Architecture }) => Architecture === 'x86_64')?.ImageId ?? 'ami-12345678',
    SubnetId: Subnets[0]?.SubnetId ?? '',
    Groups: [SecurityGroups[0]?.GroupId ?? ''],
  };
  const close = () => {
    ec2.destroy();
    ssm.destroy();
  };
  return { world: worldOf({ ec2, ssm, settle: () => {} }, network), close };
}

/** This repository's fakes: instances in memory behind the SDK's client, and agents on them. */
export async function openEc2Fakes(): Promise<{ world: Ec2World; close(): Promise<void> }> {
  const { world: memory } = aWorld();
  memory.ssm.restore();
  const ec2 = new EC2Client({ region });
  const endpoint = await startJsonEndpoint({ AmazonSSM: createAgents(ec2) }, { accountId: customerAccount, region });
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const ssm = new SSMClient({ region, endpoint: endpoint.url, credentials, maxAttempts: 1 });
  const network = { ImageId: 'ami-12345678', SubnetId: 'subnet-1', Groups: ['sg-1'] };
  const close = async () => {
    ssm.destroy();
    memory.ec2.restore();
    await endpoint.close();
  };
  const settled = () => {
    memory.passes(1000);
    settle(memory);
  };
  return { world: worldOf({ ec2, ssm, settle: settled }, network), close };
}

function worldOf(clients: Pick<Ec2World, 'ec2' | 'ssm' | 'settle'>, network: Network): Ec2World {
  const { ec2 } = clients;
  const tagged = (...servers: string[]) => ({ Filters: [{ Name: 'tag:latchkey:server', Values: servers }] });
  return {
    ...clients,
    server: () => `srv_${randomUUID()}`,
    launch: async (server, token = server) => {
      const { Instances = [] } = await ec2.send(new RunInstancesCommand(launching(network, server, token)));
      return Instances[0]?.InstanceId ?? '';
    },
    instances: async (...servers) => {
      const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand(tagged(...servers)));
      return Reservations.flatMap(({ Instances = [] }) => Instances);
    },
    volumes: async (server) => (await ec2.send(new DescribeVolumesCommand(tagged(server)))).Volumes ?? [],
  };
}

/** As `lib/aws/ec2.ts` launches a server. */
function launching({ ImageId, SubnetId, Groups }: Network, server: string, ClientToken: string) {
  const Ebs = { Encrypted: true, KmsKeyId: keyArn, VolumeType: 'gp3' as const, DeleteOnTermination: true };
  const Tags = [{ Key: 'latchkey:server', Value: server }];
  return {
    ...{ MinCount: 1, MaxCount: 1, ClientToken, ImageId, InstanceType: 't3.micro' as const },
    NetworkInterfaces: [{ DeviceIndex: 0, SubnetId, Groups, AssociatePublicIpAddress: false }],
    BlockDeviceMappings: [
      { DeviceName: '/dev/xvda', Ebs: { ...Ebs, VolumeSize: 8 } },
      { DeviceName: '/dev/sdf', Ebs: { ...Ebs, VolumeSize: 16 } },
    ],
    TagSpecifications: (['instance', 'volume'] as const).map((ResourceType) => ({ ResourceType, Tags })),
  };
}
