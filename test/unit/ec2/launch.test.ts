/** Launching EC2 servers: encryption, network, tags, idempotency and errors. */
import { RunInstancesCommand, type RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import { keyArn, teamId } from '#test/support/build.ts';
import { anInstance, aSpec, aWorld, awsError, instanceOf } from './world.ts';

const requests = ({ ec2 }: ReturnType<typeof aWorld>): RunInstancesCommandInput[] =>
  ec2.commandCalls(RunInstancesCommand).map(({ args }) => args[0].input);

describe('launching a server', () => {
  it('puts both volumes under the customer’s key, into the space’s network, without a public address', async () => {
    const world = aWorld();
    await world.fleet.launch([aSpec()]);
    const [request] = requests(world);

    expect(
      request?.BlockDeviceMappings?.map(({ Ebs }) => [Ebs?.Encrypted, Ebs?.KmsKeyId, Ebs?.DeleteOnTermination]),
    ).toEqual([
      [true, keyArn, true],
      [true, keyArn, true],
    ]);
    expect(request?.NetworkInterfaces).toEqual([
      {
        DeviceIndex: 0,
        SubnetId: expect.stringMatching(/^subnet-[ab]$/),
        Groups: ['sg-1'],
        AssociatePublicIpAddress: false,
      },
    ]);
    expect(request?.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
    expect(request).toMatchObject({
      InstanceType: 'r7g.large',
      IamInstanceProfile: { Name: 'latchkey-database' },
      MinCount: 1,
      MaxCount: 1,
    });
  });

  it('has an instance that shuts itself down stop, and keep its volumes', async () => {
    const world = aWorld();
    await world.fleet.launch([aSpec()]);
    expect(requests(world)[0]?.InstanceInitiatedShutdownBehavior).toBe('stop');
  });

  it('names team, database, server and key on the instance and on its volumes', async () => {
    const world = aWorld();
    await world.fleet.launch([aSpec()]);
    const specifications = requests(world)[0]?.TagSpecifications ?? [];

    expect(specifications.map(({ ResourceType }) => ResourceType)).toEqual(['instance', 'volume', 'network-interface']);
    for (const { Tags = [] } of specifications)
      expect(Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]))).toMatchObject({
        'latchkey:team': teamId,
        'latchkey:database': 'db_1',
        'latchkey:server': 'srv_1',
        'latchkey:key': keyArn,
        'latchkey:service': 'stopped',
      });
  });

  it('hands the server the hash of the password and never more', async () => {
    const world = aWorld();
    await world.fleet.launch([aSpec()]);
    const script = Buffer.from(requests(world)[0]?.UserData ?? '', 'base64').toString();

    expect(script).toContain(`user default on #${'ab'.repeat(32)}`);
    expect(script.length).toBeLessThan(16_384);
  });

  it('is pending until the instance runs, then done, and one instance however often it is requested', async () => {
    const world = aWorld();
    expect(await world.fleet.launch([aSpec()])).toEqual([{ serverId: 'srv_1', state: 'pending' }]);

    await world.fleet.launch([aSpec()]);
    instanceOf(world, 'srv_1').state = 'running';

    expect(await world.fleet.launch([aSpec()])).toEqual([{ serverId: 'srv_1', state: 'done' }]);
    expect(world.instances).toHaveLength(1);
  });

  it('repeats the request under the same token while EC2 does not list the instance yet', async () => {
    const world = aWorld();
    await world.fleet.launch([aSpec()]);
    instanceOf(world, 'srv_1').tags['latchkey:server'] = 'not listed yet';

    await world.fleet.launch([aSpec()]);

    expect(requests(world).map(({ ClientToken }) => ClientToken)).toEqual(['srv_1-0', 'srv_1-0']);
  });

  it('says that the key is unusable when EC2 terminated the instance for it, and KMS agrees', async () => {
    const world = aWorld();
    world.world.verdict = 'unusable';

    anInstance(world.world, 'srv_1', { state: 'terminated', reason: 'Client.InvalidKMSKey.InvalidState' });

    expect(await world.fleet.launch([aSpec()])).toEqual([
      expect.objectContaining({ state: 'failed', reason: 'key_unusable' }),
    ]);
    expect(requests(world)).toEqual([]);
  });

  it('launches again under the next token when the key is usable after all, as after a late grant', async () => {
    const world = aWorld();
    anInstance(world.world, 'srv_1', { state: 'terminated', reason: 'Client.InternalError' });

    expect(await world.fleet.launch([aSpec()])).toEqual([{ serverId: 'srv_1', state: 'pending' }]);
    expect(requests(world).map(({ ClientToken }) => ClientToken)).toEqual(['srv_1-1']);
  });

  it('names the missing statements when KMS refused EC2 twice under a key that the platform may use', async () => {
    const world = aWorld();
    for (let count = 0; count < 2; count += 1)
      anInstance(world.world, 'srv_1', { state: 'terminated', reason: 'Client.InternalError' });

    expect(await world.fleet.launch([aSpec()])).toEqual([
      {
        serverId: 'srv_1',
        state: 'failed',
        reason: 'key_unusable',
        detail: expect.stringContaining(`What EC2 needs of ${keyArn}`),
      },
    ]);
    expect(requests(world)).toEqual([]);
  });

  it.each(['InvalidKMSKey.InvalidState', 'KMSKeyNotAccessibleFault'])(
    'says so when EC2 refuses the launch itself with %s',
    async (code) => {
      const world = aWorld();
      world.ec2.on(RunInstancesCommand).rejects(awsError(code));

      expect(await world.fleet.launch([aSpec()])).toEqual([
        {
          serverId: 'srv_1',
          state: 'failed',
          reason: 'key_unusable',
          detail: expect.stringMatching(`${code}.*What EC2 needs of`),
        },
      ]);
    },
  );

  it('launches anew after instances that ended for another reason', async () => {
    const world = aWorld();
    for (let count = 0; count < 2; count += 1)
      anInstance(world.world, 'srv_1', { state: 'terminated', reason: 'Server.InternalError' });

    expect(await world.fleet.launch([aSpec()])).toEqual([{ serverId: 'srv_1', state: 'pending' }]);
  });

  it('takes the next token when EC2 has forgotten the terminated instance but not its token', async () => {
    const world = aWorld();
    world.ec2.on(RunInstancesCommand, { ClientToken: 'srv_1-0' }).rejects(awsError('IdempotentInstanceTerminated'));

    expect(await world.fleet.launch([aSpec()])).toEqual([{ serverId: 'srv_1', state: 'pending' }]);
    expect(requests(world).map(({ ClientToken }) => ClientToken)).toEqual(['srv_1-0', 'srv_1-1']);
  });

  it('gives up after six instances that EC2 terminated', async () => {
    const world = aWorld();
    world.ec2.on(RunInstancesCommand).rejects(awsError('IdempotentInstanceTerminated'));

    expect(await world.fleet.launch([aSpec()])).toEqual([expect.objectContaining({ reason: 'start_failed' })]);
    expect(requests(world)).toHaveLength(6);
  });

  it.each([
    ['RequestLimitExceeded', 'unavailable'],
    ['InsufficientInstanceCapacity', 'unavailable'],
    ['InternalError', 'unavailable'],
    ['UnauthorizedOperation', 'start_failed'],
    ['InvalidAMIID.NotFound', 'start_failed'],
    ['VcpuLimitExceeded', 'start_failed'],
  ])('reports %s as %s', async (code, reason) => {
    const world = aWorld();
    world.ec2.on(RunInstancesCommand).rejects(awsError(code));

    expect(await world.fleet.launch([aSpec()])).toEqual([
      { serverId: 'srv_1', state: 'failed', reason, detail: expect.stringContaining(code) },
    ]);
  });

  it('refuses a space without a network, a plan without an instance type, and a hash that is none', async () => {
    const { fleet, instances } = aWorld();
    const faulty = [aSpec({ spaceId: 'space_9' }), aSpec({ plan: 'private-99' }), aSpec({ passwordSha256: 'secret' })];

    for (const spec of faulty)
      expect(await fleet.launch([spec])).toEqual([expect.objectContaining({ reason: 'start_failed' })]);
    expect(instances).toEqual([]);
  });

  it('goes to the default network outside a space, and takes the deployment’s own type for a plan', async () => {
    const world = aWorld();
    await world.fleet.launch([aSpec({ spaceId: null, plan: 'shield-9' })]);

    expect(requests(world)[0]).toMatchObject({
      InstanceType: 'x2gd.medium',
      NetworkInterfaces: [{ SubnetId: 'subnet-d', Groups: ['sg-d'] }],
    });
  });
});
