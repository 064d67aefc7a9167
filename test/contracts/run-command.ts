/**
 * Scripts on instances. Source: Systems Manager API reference, SendCommand; guide, "Understanding command statuses".
 */
import { StopInstancesCommand } from '@aws-sdk/client-ec2';
import { ListCommandInvocationsCommand, SendCommandCommand, type SendCommandCommandInput } from '@aws-sdk/client-ssm';
import { expect } from '@jest/globals';
import { type Case, type Contract, refusal, responseOrErrorName } from 'aws-local/test-support/contract';
import type { Ec2World } from './ec2-world.ts';

const command = ({ ssm }: Ec2World, InstanceIds: string[], changes: Partial<SendCommandCommandInput> = {}) =>
  ssm.send(
    new SendCommandCommand({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds,
      Comment: 'stop the service',
      Parameters: { commands: ['true'], executionTimeout: ['60'] },
      ...changes,
    }),
  );

async function running(world: Ec2World): Promise<string> {
  const id = await world.launch(world.server());
  world.settle();
  return id;
}

/**
 * For a script on these instances: whether it includes the instance, its status, exit code, and whether it has an end
 * time.
 */
async function endings(world: Ec2World, ids: string[]): Promise<unknown> {
  const { Command } = await command(world, ids);
  const list = new ListCommandInvocationsCommand({ CommandId: Command?.CommandId, Details: true });
  const { CommandInvocations = [] } = await world.ssm.send(list);
  return CommandInvocations.map(({ InstanceId = '', Status, CommandPlugins: [plugin] = [] }) => [
    ids.includes(InstanceId),
    Status,
    plugin?.ResponseCode,
    plugin?.ResponseFinishDateTime instanceof Date,
  ]);
}

const cases: readonly Case<Ec2World>[] = [
  {
    name: 'SendCommand takes a script for a running instance, and returns its id',
    run: async (world) => {
      const id = await running(world);
      return responseOrErrorName(command(world, [id]).then(({ Command }) => Command?.CommandId));
    },
    expected: expect.stringMatching(/^[0-9a-f-]{36}$/),
    except: { ministack: { expected: 'InvalidInstanceId', aws: 'a running instance with an agent takes commands' } },
  },
  {
    name: 'ListCommandInvocations returns the outcome of the script on each instance',
    run: async (world) => responseOrErrorName(endings(world, [await running(world), await running(world)])),
    expected: [
      [true, 'Success', 0, true],
      [true, 'Success', 0, true],
    ],
    except: {
      ministack: { expected: 'InvalidInstanceId', aws: 'a running instance with an agent takes commands' },
      moto: { expected: 'SyntaxError', aws: 'the operation exists' },
    },
  },
  {
    name: 'SendCommand refuses an instance that does not exist',
    run: (world) => refusal(command(world, ['i-0123456789abcdef0'])),
    expected: 'InvalidInstanceId',
    except: { moto: { expected: 'accepted', aws: 'a missing instance is an InvalidInstanceId' } },
  },
  {
    name: 'SendCommand refuses an instance that is stopped',
    run: async (world) => {
      const id = await running(world);
      await world.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
      world.settle();
      return refusal(command(world, [id]));
    },
    expected: 'InvalidInstanceId',
    except: { moto: { expected: 'accepted', aws: 'an instance that is not running is an InvalidInstanceId' } },
  },
  {
    name: 'SendCommand refuses a missing document',
    run: async (world) => refusal(command(world, [await running(world)], { DocumentName: 'Latchkey-Nothing' })),
    expected: 'InvalidDocument',
    except: {
      ministack: { expected: 'InvalidInstanceId', aws: 'a running instance with an agent takes commands' },
      moto: { expected: 'accepted', aws: 'a missing document is an InvalidDocument' },
    },
  },
  {
    name: 'SendCommand refuses more than 50 instances',
    run: (world) =>
      refusal(
        command(
          world,
          Array.from({ length: 51 }, (_, n) => `i-0123456789abcde${String(n).padStart(2, '0')}`),
        ),
      ),
    expected: 'ValidationException',
    except: {
      ministack: { expected: 'InvalidInstanceId', aws: 'InstanceIds has at most 50 items' },
      moto: { expected: 'accepted', aws: 'InstanceIds has at most 50 items' },
    },
  },
  {
    name: 'SendCommand refuses a comment of more than 100 characters',
    run: async (world) => refusal(command(world, [await running(world)], { Comment: 'x'.repeat(101) })),
    expected: 'ValidationException',
    except: {
      ministack: { expected: 'InvalidInstanceId', aws: 'Comment has at most 100 characters' },
      moto: { expected: 'accepted', aws: 'Comment has at most 100 characters' },
    },
  },
];

export const runCommand: Contract<Ec2World> = { service: 'Run Command', cases };
