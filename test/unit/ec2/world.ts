/** EC2 and Systems Manager with a few instances in memory, called through the SDK's clients, in virtual time. */
import {
  type CommandInvocation,
  ListCommandInvocationsCommand,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import type { Transfers } from '#lib/aws/cloud.ts';
import * as machines from '#lib/aws/ec2.ts';
import { commands } from '#lib/aws/ssm.ts';
import type { LaunchDriver, Places, StopDriver, TerminateDriver, TransferDriver } from '#lib/fleet/ec2/driver.ts';
import type { Fleet, ServerSpec } from '#lib/model/fleet.ts';
import type { Placements } from '#lib/model/placement.ts';
import { keyArn, teamId } from '#test/support/build.ts';
import { createEc2Fleet } from '../../../bench/scale/ec2-operations.ts';
import { type AnInstance, awsError, behaveAsEc2, type InstancesInMemory, mockEc2, shutDown } from './instances.ts';

export { awsError } from './instances.ts';

/** The result of a run when it is read: an exit code, or a status of Systems Manager. */
export type Ending =
  | { code: number; output?: string }
  | { status: 'InProgress' | 'TimedOut' | 'Failed'; details?: string };

export const aSpec = (changes: Partial<ServerSpec> = {}): ServerSpec => ({
  serverId: 'srv_1',
  teamId,
  databaseId: 'db_1',
  spaceId: 'space_1',
  plan: 'private-7',
  keyArn,
  passwordSha256: 'ab'.repeat(32),
  memoryMb: 7168,
  maxClients: 10_000,
  evictionPolicy: 'noeviction',
  ...changes,
});

export interface World extends InstancesInMemory {
  ssm: ReturnType<typeof mockSsm>;
  sent: { id: string; comment: string; instanceIds: string[]; script: string }[];
  verdict: 'usable' | 'unusable' | 'unknown';
  /** ARNs of the keys that were checked. */
  checks: string[];
  /** The result of a run on an instance; done at once by default. */
  ending: (instanceId: string, comment: string) => Ending;
  passes: (milliseconds: number) => void;
}
const mockSsm = () => mockClient(SSMClient);

/** A test changes the properties of `world`. */
export function aWorld(transfers: Transfers = noTransfers): Omit<World, 'passes'> & { world: World; fleet: Fleet } {
  const world: World = {
    ec2: mockEc2(),
    ssm: mockSsm(),
    instances: [],
    volumes: [],
    sent: [],
    at: Date.parse('2026-11-24T11:00:00Z'),
    verdict: 'usable',
    checks: [],
    ending: () => ({ code: 0 }),
    passes: (milliseconds) => {
      world.at += milliseconds;
    },
  };
  behaveAsEc2(world);
  behaveAsRunCommand(world);
  return { ...world, world, fleet: createEc2Fleet({ ...driverOf(world), transfers }) };
}

export const instanceOf = (world: { instances: AnInstance[] }, serverId: string): AnInstance =>
  world.instances.findLast(({ tags }) => tags['latchkey:server'] === serverId) ?? expectedInstance(serverId);
const expectedInstance = (serverId: string): never => {
  throw new Error(`No instance of ${serverId}`);
};

export const anInstance = (world: World, serverId: string, changes: Partial<AnInstance> = {}): AnInstance => {
  const tags = {
    'latchkey:server': serverId,
    'latchkey:team': teamId,
    'latchkey:key': keyArn,
    'latchkey:service': 'running',
    ...changes.tags,
  };
  const instance = {
    id: `i-${serverId}`,
    state: 'running' as const,
    launchedAt: new Date(world.at - 3_600_000),
    ...changes,
    tags,
  };
  world.instances.push(instance);
  return instance;
};

const networks: Placements['network'] = {
  space_1: { subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-1'] },
  default: { subnets: ['subnet-d'], securityGroups: ['sg-d'] },
};
const places: Places = {
  networkOf: async (place) => networks[place] ?? null,
  instanceTypeOf: async (plan) => (plan === 'shield-9' ? 'x2gd.medium' : null),
};

function driverOf(world: World): LaunchDriver & StopDriver & TerminateDriver & TransferDriver {
  return {
    machines,
    commands: commands(),
    transfers: noTransfers,
    checkKey: async ({ keyArn: arn }) => {
      world.checks.push(arn);
      return world.verdict;
    },
    volumeFix: ({ keyArn: arn }) => `What EC2 needs of ${arn}`,
    settings: {
      instanceProfile: 'latchkey-database',
      osRelease: '2023.12.20260727',
      image: 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
    },
    places,
    now: () => new Date(world.at),
    sleep: async (milliseconds) => world.passes(milliseconds),
  };
}

const none = async (): Promise<never> => {
  throw new Error('No test of this file stores backups');
};
const noTransfers: Transfers = { find: none, beginUpload: none, completeUpload: none, downloadUrl: none };

function behaveAsRunCommand(world: World): void {
  world.ssm.on(SendCommandCommand).callsFake(({ InstanceIds, Comment, Parameters }) => {
    if (InstanceIds.length > 50) throw awsError('ValidationException');
    const id = `command-${world.sent.length + 1}`;
    world.sent.push({ id, comment: Comment, instanceIds: InstanceIds, script: Parameters.commands.join('\n') });
    if (Comment === 'latchkey shut-down')
      shutDown(
        world,
        InstanceIds.filter((instanceId: string) => endsWell(world, instanceId, Comment)),
      );
    return { Command: { CommandId: id } };
  });
  world.ssm.on(ListCommandInvocationsCommand).callsFake(({ CommandId }) => {
    const command = world.sent.find(({ id }) => id === CommandId);
    const { instanceIds = [], comment = '' } = command ?? {};
    return {
      CommandInvocations: instanceIds.map((instanceId) =>
        invocation(world, instanceId, world.ending(instanceId, comment)),
      ),
    };
  });
}

function endsWell(world: World, instanceId: string, comment: string): boolean {
  const ending = world.ending(instanceId, comment);
  return 'code' in ending && ending.code === 0;
}

function invocation(world: World, InstanceId: string, ending: Ending): CommandInvocation {
  const RequestedDateTime = new Date(world.at - 5000);
  const finished = { ResponseFinishDateTime: new Date(world.at - 1000) };
  if ('status' in ending) {
    const { status: Status, details: StatusDetails = Status } = ending;
    return {
      InstanceId,
      RequestedDateTime,
      Status,
      StatusDetails,
      CommandPlugins: Status === 'InProgress' ? [{}] : [{ ...finished, ResponseCode: -1 }],
    };
  }
  const { code, output = '' } = ending;
  const Output = code === 0 ? output : `${output}\n----------ERROR-------\nfailed to run commands: exit status ${code}`;
  return {
    InstanceId,
    RequestedDateTime,
    Status: code === 0 ? 'Success' : 'Failed',
    CommandPlugins: [{ ...finished, ResponseCode: code, Output }],
  };
}
