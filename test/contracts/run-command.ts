/**
 * Scripts on instances. Source: Systems Manager API reference, SendCommand; guide, "Understanding command statuses".
 */
import { StopInstancesCommand } from '@aws-sdk/client-ec2';
import { ListCommandInvocationsCommand, SendCommandCommand, type SendCommandCommandInput } from '@aws-sdk/client-ssm';
import { expect } from '@jest/globals';
import { answerOrRefusal, type Case, type Contract, refusal } from 'aws-local/test-support/contract';
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
    name: 'SendCommand takes a script for a running instance, and answers its id',
    asks: async (world) => {
      const id = await running(world);
      return answerOrRefusal(command(world, [id]).then(({ Command }) => Command?.CommandId));
    },
    answers: expect.stringMatching(/^[0-9a-f-]{36}$/),
    except: { ministack: { answers: 'InvalidInstanceId', aws: 'a running instance with an agent takes commands' } },
  },
  {
    name: 'ListCommandInvocations tells how the script ended on each instance',
    asks: async (world) => answerOrRefusal(endings(world, [await running(world), await running(world)])),
    answers: [
      [true, 'Success', 0, true],
      [true, 'Success', 0, true],
    ],
    except: {
      ministack: { answers: 'InvalidInstanceId', aws: 'a running instance with an agent takes commands' },
      moto: { answers: 'SyntaxError', aws: 'the operation exists' },
    },
  },
  {
    name: 'SendCommand refuses an instance that is not there',
    asks: (world) => refusal(command(world, ['i-0123456789abcdef0'])),
    answers: 'InvalidInstanceId',
    except: { moto: { answers: 'accepted', aws: 'an instance that is not there is an InvalidInstanceId' } },
  },
  {
    name: 'SendCommand refuses an instance that is stopped',
    asks: async (world) => {
      const id = await running(world);
      await world.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
      world.settle();
      return refusal(command(world, [id]));
    },
    answers: 'InvalidInstanceId',
    except: { moto: { answers: 'accepted', aws: 'an instance that is not running is an InvalidInstanceId' } },
  },
  {
    name: 'SendCommand refuses a document that there is not',
    asks: async (world) => refusal(command(world, [await running(world)], { DocumentName: 'Latchkey-Nothing' })),
    answers: 'InvalidDocument',
    except: {
      ministack: { answers: 'InvalidInstanceId', aws: 'a running instance with an agent takes commands' },
      moto: { answers: 'accepted', aws: 'a document that is not there is an InvalidDocument' },
    },
  },
  {
    name: 'SendCommand refuses more than 50 instances',
    asks: (world) =>
      refusal(
        command(
          world,
          Array.from({ length: 51 }, (_, n) => `i-0123456789abcde${String(n).padStart(2, '0')}`),
        ),
      ),
    answers: 'ValidationException',
    except: {
      ministack: { answers: 'InvalidInstanceId', aws: 'InstanceIds has at most 50 items' },
      moto: { answers: 'accepted', aws: 'InstanceIds has at most 50 items' },
    },
  },
  {
    name: 'SendCommand refuses a comment of more than 100 characters',
    asks: async (world) => refusal(command(world, [await running(world)], { Comment: 'x'.repeat(101) })),
    answers: 'ValidationException',
    except: {
      ministack: { answers: 'InvalidInstanceId', aws: 'Comment has at most 100 characters' },
      moto: { answers: 'accepted', aws: 'Comment has at most 100 characters' },
    },
  },
];

export const runCommand: Contract<Ec2World> = { service: 'Run Command', cases };
