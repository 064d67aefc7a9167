/**
 * Instances and their encrypted volumes. Source: EC2 guide, "Instance lifecycle", "Amazon EBS encryption"; API
 * reference, "Error codes", "Ensuring idempotency".
 */
import {
  CreateTagsCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { type Case, type Contract, refusal } from 'aws-local/test-support/contract';
import { type Ec2World, keyArn } from './ec2-world.ts';

type Verb = 'start' | 'stop' | 'terminate';

const send = ({ ec2 }: Ec2World, verb: Verb, ...InstanceIds: string[]): Promise<unknown> => {
  if (verb === 'start') return ec2.send(new StartInstancesCommand({ InstanceIds }));
  if (verb === 'stop') return ec2.send(new StopInstancesCommand({ InstanceIds }));
  return ec2.send(new TerminateInstancesCommand({ InstanceIds }));
};

async function done(world: Ec2World, verb: Verb, ...ids: string[]): Promise<void> {
  await send(world, verb, ...ids);
  world.settle();
}

/** The server and id of a running instance. */
async function running(world: Ec2World): Promise<{ server: string; id: string }> {
  const server = world.server();
  const id = await world.launch(server);
  world.settle();
  return { server, id };
}

const stateOf = async (world: Ec2World, server: string) => {
  const [instance] = await world.instances(server);
  return [instance?.State?.Name, instance?.StateReason?.Code || null];
};

const unknownId = 'i-0123456789abcdef0';

const unknown = (['start', 'stop', 'terminate'] as const).map(
  (verb): Case<Ec2World> => ({
    name: `EC2 refuses to ${verb} an instance that does not exist`,
    run: (world) => refusal(send(world, verb, unknownId)),
    expected: 'InvalidInstanceID.NotFound',
  }),
);

const cases: readonly Case<Ec2World>[] = [
  ...unknown,
  {
    name: 'RunInstances returns an instance that comes up, with its tag and an address',
    run: async (world) => {
      const { server, id } = await running(world);
      const [instance] = await world.instances(server);
      return {
        isIt: instance?.InstanceId === id,
        state: instance?.State?.Name,
        tagged: instance?.Tags?.some(({ Key, Value }) => Key === 'latchkey:server' && Value === server),
        address: typeof instance?.PrivateIpAddress,
        launched: instance?.LaunchTime instanceof Date,
      };
    },
    expected: { isIt: true, state: 'running', tagged: true, address: 'string', launched: true },
  },
  {
    name: 'RunInstances puts root and data on volumes under the customer’s key',
    run: async (world) => {
      const { server } = await running(world);
      return (await world.volumes(server)).map(({ Encrypted, KmsKeyId, State }) => [Encrypted, KmsKeyId, State]);
    },
    expected: [
      [true, keyArn, 'in-use'],
      [true, keyArn, 'in-use'],
    ],
  },
  {
    name: 'RunInstances returns the same instance for the same token',
    run: async (world) => {
      const server = world.server();
      const ids = [await world.launch(server), await world.launch(server)];
      return [new Set(ids).size, (await world.instances(server)).length, (await world.volumes(server)).length];
    },
    expected: [1, 1, 2],
    except: { moto: { expected: [2, 2, 4], aws: 'ClientToken makes a launch repeatable' } },
  },
  {
    name: 'RunInstances launches another for another token',
    run: async (world) => {
      const server = world.server();
      const ids = [await world.launch(server), await world.launch(server, `${server}-1`)];
      return [new Set(ids).size, (await world.instances(server)).length];
    },
    expected: [2, 2],
  },
  {
    name: 'DescribeInstances finds by several values of a tag, and those alone',
    run: async (world) => {
      const [one, two] = [await running(world), await running(world), await running(world)];
      const found = (await world.instances(one.server, two.server, 'srv_nobody')).map(({ InstanceId }) => InstanceId);
      return found.length === 2 && found.includes(one.id) && found.includes(two.id);
    },
    expected: true,
  },
  {
    name: 'DescribeInstances returns nothing for a tag that nothing has',
    run: (world) => world.instances('srv_nobody'),
    expected: [],
  },
  {
    name: 'StopInstances stops, and the reason is the user’s',
    run: async (world) => {
      const { server, id } = await running(world);
      await done(world, 'stop', id);
      return stateOf(world, server);
    },
    expected: ['stopped', 'Client.UserInitiatedShutdown'],
  },
  {
    name: 'StopInstances keeps volumes attached, under their key',
    run: async (world) => {
      const { server, id } = await running(world);
      await done(world, 'stop', id);
      return (await world.volumes(server)).map(({ KmsKeyId, State }) => [KmsKeyId, State]);
    },
    expected: [
      [keyArn, 'in-use'],
      [keyArn, 'in-use'],
    ],
  },
  {
    name: 'StopInstances takes one that is stopped',
    run: async (world) => {
      const { server, id } = await running(world);
      await done(world, 'stop', id);
      return [await refusal(send(world, 'stop', id)), (await stateOf(world, server))[0]];
    },
    expected: ['accepted', 'stopped'],
  },
  {
    name: 'StartInstances starts again, and the reason of the stop is gone',
    run: async (world) => {
      const { server, id } = await running(world);
      await done(world, 'stop', id);
      await done(world, 'start', id);
      return stateOf(world, server);
    },
    expected: ['running', null],
  },
  {
    name: 'StartInstances sets the launch time anew',
    run: async (world) => {
      const { server, id } = await running(world);
      const launchedAt = async () => Number((await world.instances(server))[0]?.LaunchTime);
      const before = await launchedAt();
      await done(world, 'stop', id);
      await done(world, 'start', id);
      return (await launchedAt()) > before;
    },
    expected: true,
    except: { moto: { expected: false, aws: 'LaunchTime is of the last launch' } },
  },
  {
    name: 'StartInstances takes one that runs',
    run: async (world) => {
      const { server, id } = await running(world);
      return [await refusal(send(world, 'start', id)), (await stateOf(world, server))[0]];
    },
    expected: ['accepted', 'running'],
  },
  {
    name: 'StopInstances stops none of a list with one that does not exist',
    run: async (world) => {
      const { server, id } = await running(world);
      const said = await refusal(send(world, 'stop', id, unknownId));
      world.settle();
      return [said, (await stateOf(world, server))[0]];
    },
    expected: ['InvalidInstanceID.NotFound', 'running'],
  },
  {
    name: 'TerminateInstances ends an instance and its volumes',
    run: async (world) => {
      const { server, id } = await running(world);
      await done(world, 'terminate', id);
      return [(await stateOf(world, server))[0], (await world.volumes(server)).length];
    },
    expected: ['terminated', 0],
  },
  {
    name: 'TerminateInstances takes one that is terminated',
    run: async (world) => {
      const { id } = await running(world);
      await done(world, 'terminate', id);
      return refusal(send(world, 'terminate', id));
    },
    expected: 'accepted',
  },
  {
    name: 'StartInstances refuses one that is terminated',
    run: async (world) => {
      const { id } = await running(world);
      await done(world, 'terminate', id);
      return refusal(send(world, 'start', id));
    },
    expected: 'IncorrectInstanceState',
    except: { moto: { expected: 'accepted', aws: 'only stopped instances start' } },
  },
  {
    name: 'CreateTags replaces a value and leaves the others',
    run: async (world) => {
      const { server, id } = await running(world);
      const tag = (Value: string) =>
        world.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'latchkey:service', Value }] }));
      await tag('running');
      await tag('stopped');
      const [instance] = await world.instances(server);
      return instance?.Tags?.map(({ Key, Value }) => `${Key}=${Value}`)
        .sort()
        .map((each) => each.replace(server, 'it'));
    },
    expected: ['latchkey:server=it', 'latchkey:service=stopped'],
  },
];

export const instances: Contract<Ec2World> = { service: 'EC2', cases };
