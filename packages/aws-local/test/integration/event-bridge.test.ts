import {
  CreateArchiveCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { customerAccount, region } from '../../test-support/accounts.ts';
import {
  aWorld,
  customerFunction,
  entry,
  forwardKms,
  keyDisabled,
  platformBus,
  stranger,
  until,
  type World,
} from './event-bridge-world.ts';

let world: World;
beforeEach(async () => {
  world = await aWorld();
});
afterEach(() => world.end());

describe('rules', () => {
  it('are made, described, listed, disabled, enabled and deleted', async () => {
    const EventPattern = JSON.stringify({ source: ['my.app'] });
    const { RuleArn } = await world.customer.send(
      new PutRuleCommand({ Name: 'mine', EventPattern, Description: 'all of it' }),
    );
    expect(RuleArn).toBe(`arn:aws:events:${region}:${customerAccount}:rule/mine`);
    await world.customer.send(new PutTargetsCommand({ Rule: 'mine', Targets: [{ Id: '1', Arn: customerFunction }] }));
    expect(await world.customer.send(new DescribeRuleCommand({ Name: 'mine' }))).toMatchObject({
      EventPattern,
      State: 'ENABLED',
      Description: 'all of it',
    });
    expect((await world.customer.send(new ListRulesCommand({ NamePrefix: 'mi' }))).Rules).toMatchObject([
      { Name: 'mine', EventBusName: 'default' },
    ]);
    expect((await world.customer.send(new ListTargetsByRuleCommand({ Rule: 'mine' }))).Targets).toEqual([
      { Id: '1', Arn: customerFunction },
    ]);

    await world.customer.send(new DisableRuleCommand({ Name: 'mine' }));
    await world.customer.send(new PutEventsCommand({ Entries: [entry({ Detail: '{"n":1}' })] }));
    await world.customer.send(new EnableRuleCommand({ Name: 'mine' }));
    await world.customer.send(new PutEventsCommand({ Entries: [entry({ Detail: '{"n":2}' })] }));
    await until(() => world.delivered.length > 0);
    expect(world.delivered).toMatchObject([
      { targetArn: customerFunction, event: { account: customerAccount, detail: { n: 2 } } },
    ]);

    await expect(world.customer.send(new DeleteRuleCommand({ Name: 'mine' }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await world.customer.send(new RemoveTargetsCommand({ Rule: 'mine', Ids: ['1'] }));
    await world.customer.send(new DeleteRuleCommand({ Name: 'mine' }));
    await expect(world.customer.send(new DescribeRuleCommand({ Name: 'mine' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('survive a restart', async () => {
    await forwardKms(world.customer);
    await world.restart();
    await world.eventBridge.put(keyDisabled(customerAccount));
    await until(() => world.delivered.length > 0);
    expect(world.delivered).toHaveLength(1);
  });

  it('are refused with an unknown matcher, a schedule or a bus that does not exist', async () => {
    const put = (more: object) =>
      world.customer.send(new PutRuleCommand({ Name: 'bad', EventPattern: '{"source":["x"]}', ...more }));
    await expect(put({ EventPattern: '{"source":[{"like":"x"}]}' })).rejects.toMatchObject({
      name: 'InvalidEventPatternException',
    });
    await expect(put({ ScheduleExpression: 'rate(1 minute)' })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(put({ EventBusName: 'none' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(put({ EventBusName: platformBus })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect((await world.customer.send(new ListRulesCommand({}))).Rules).toEqual([]);
  });

  it('of the deployment stay as they are', async () => {
    await expect(
      world.platform.send(new DisableRuleCommand({ Name: 'key-changed', EventBusName: 'shop' })),
    ).rejects.toMatchObject({
      name: 'ManagedRuleException',
    });
  });
});

describe('PutEvents', () => {
  it('responds for each entry', async () => {
    const { FailedEntryCount, Entries } = await world.customer.send(
      new PutEventsCommand({
        Entries: [
          entry(),
          entry({ Source: 'aws.kms' }),
          entry({ Detail: '[1]' }),
          entry({ DetailType: undefined }),
          entry({ EventBusName: 'none' }),
          entry({ EventBusName: platformBus, Source: 'my.app' }),
        ],
      }),
    );
    expect(FailedEntryCount).toBe(4);
    expect(Entries?.map(({ EventId, ErrorCode }) => ErrorCode ?? typeof EventId)).toEqual([
      'string',
      'NotAuthorizedForSourceException',
      'MalformedDetail',
      'InvalidArgument',
      'InvalidArgument',
      'string',
    ]);
  });

  it('refuses a bus that does not admit the account, and more than it takes', async () => {
    const { Entries } = await world
      .clientOf(stranger)
      .send(new PutEventsCommand({ Entries: [entry({ EventBusName: platformBus })] }));
    expect(Entries).toMatchObject([{ ErrorCode: 'AccessDeniedException' }]);
    const tooMany = world.customer.send(new PutEventsCommand({ Entries: Array.from({ length: 11 }, () => entry()) }));
    await expect(tooMany).rejects.toMatchObject({ name: 'ValidationException' });
    const tooLarge = world.customer.send(
      new PutEventsCommand({ Entries: [entry({ Detail: JSON.stringify({ text: 'x'.repeat(262_144) }) })] }),
    );
    await expect(tooLarge).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('buses', () => {
  it('are described to their account only', async () => {
    expect((await world.customer.send(new ListEventBusesCommand({}))).EventBuses).toMatchObject([{ Name: 'default' }]);
    const described = await world.platform.send(new DescribeEventBusCommand({ Name: 'shop' }));
    expect(JSON.parse(described.Policy ?? '')).toMatchObject({
      Statement: [{ Principal: { AWS: customerAccount } }],
    });
    await expect(world.customer.send(new DescribeEventBusCommand({ Name: platformBus }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('refuse a missing operation at once', async () => {
    await expect(
      world.customer.send(new CreateArchiveCommand({ ArchiveName: 'a', EventSourceArn: platformBus })),
    ).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });
});
