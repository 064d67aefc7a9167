/**
 * Systems Manager's agents of the deployment's servers: they accept commands while their instance runs, and report
 * success for each script. They execute two parts of a script: powering the instance off, and storing a backup's parts
 * (`agent-answers.ts`). The other parts are tested with a real Redis (`test/integration/ssm`); these agents show which
 * commands are sent, to which instances and in which order. No emulator runs commands without containers.
 */
import { randomUUID } from 'node:crypto';
import {
  DeleteTagsCommand,
  DescribeInstancesCommand,
  type EC2Client,
  type Instance,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { AwsError, type Call, type ServiceEmulator, unknownOperation } from 'aws-local/protocol';
import { tagNames } from '#lib/fleet/ec2/driver.ts';
import { outputOf } from './agent-outputs.ts';

/** One command that the control plane sent. */
export interface Command {
  readonly id: string;
  readonly comment: string;
  readonly instanceIds: readonly string[];
  readonly script: string;
  /** Seconds since the epoch. */
  readonly at: number;
  /** The output of each instance. */
  readonly outputs: ReadonlyMap<string, string>;
}

export interface Agents extends Pick<ServiceEmulator, 'call'> {
  /** In the order in which they came. */
  readonly commands: readonly Command[];
}

/** Systems Manager's quota (API reference, SendCommand). */
const mostInstances = 50;

export function createAgents(ec2: EC2Client): Agents {
  const commands: Command[] = [];
  return {
    commands,
    call: async ({ operation, input }: Call) => {
      if (operation === 'SendCommand') return { Command: { CommandId: await taken(ec2, commands, input) } };
      if (operation === 'ListCommandInvocations')
        return { CommandInvocations: invocations(commands, String(input.CommandId)) };
      throw unknownOperation(operation);
    },
  };
}

async function taken(ec2: EC2Client, commands: Command[], input: Record<string, unknown>): Promise<string> {
  const {
    InstanceIds,
    Parameters,
    DocumentName,
    Comment = '',
  } = input as {
    InstanceIds?: string[];
    Parameters?: { commands?: string[] };
    DocumentName?: string;
    Comment?: string;
  };
  if (DocumentName !== 'AWS-RunShellScript')
    throw new AwsError('InvalidDocument', `There is no document ${DocumentName}.`);
  if (!InstanceIds?.length || InstanceIds.length > mostInstances || Comment.length > 100)
    throw new AwsError(
      'ValidationException',
      'A command goes to 1 to 50 instances, with a comment of at most 100 characters.',
    );
  const running = await runningOf(ec2, InstanceIds);
  if (running.length < InstanceIds.length)
    throw new AwsError('InvalidInstanceId', 'Instances not in a valid state for account.');
  const script = (Parameters?.commands ?? []).join('\n');
  const outputs = new Map(
    await Promise.all(
      running.map(async ({ InstanceId = '', Tags = [] }) => {
        const isFollower = Tags.some(({ Key, Value }) => Key === tagNames.leader && Value);
        return [InstanceId, await outputOf({ comment: Comment, script, isFollower })] as const;
      }),
    ),
  );
  const command = {
    id: randomUUID(),
    comment: Comment,
    instanceIds: InstanceIds,
    script,
    at: Date.now() / 1000,
    outputs,
  };
  commands.push(command);
  if (script.includes('systemctl poweroff')) await poweredOff(ec2, InstanceIds);
  return command.id;
}

/**
 * EC2 updates an instance's LaunchTime at each boot, after which the record of its shutdown is void. Moto does not, so
 * the tag is removed.
 */
async function poweredOff(ec2: EC2Client, InstanceIds: string[]): Promise<void> {
  await ec2.send(new StopInstancesCommand({ InstanceIds }));
  await ec2.send(new DeleteTagsCommand({ Resources: InstanceIds, Tags: [{ Key: tagNames.shutDown }] }));
}

/** Empty if one of them does not exist, for which EC2 returns an error. */
async function runningOf(ec2: EC2Client, InstanceIds: string[]): Promise<Instance[]> {
  try {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds }));
    return Reservations.flatMap(({ Instances = [] }) => Instances).filter(({ State }) => State?.Name === 'running');
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidInstanceID.NotFound') return [];
    throw error;
  }
}

function invocations(commands: readonly Command[], commandId: string): unknown[] {
  const command = commands.find(({ id }) => id === commandId);
  if (!command) return [];
  return command.instanceIds.map((InstanceId) => ({
    CommandId: commandId,
    InstanceId,
    Status: 'Success',
    StatusDetails: 'Success',
    RequestedDateTime: command.at,
    CommandPlugins: [
      {
        ...{ Name: 'aws:runShellScript', Status: 'Success', ResponseCode: 0, ResponseFinishDateTime: command.at },
        Output: command.outputs.get(InstanceId) ?? '',
      },
    ],
  }));
}
