import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateArchiveCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accessKey, customerAccount, platformAccount, region } from '#local/accounts.ts';
import { type BusEvent, createEventBridge, type EventBridge } from '#local/event-bridge/event-bridge.ts';
import {
  customerFunction,
  deadLettersIn,
  entry,
  forwardKms,
  handler,
  keyDisabled,
  platformBus,
  stranger,
  until,
} from './event-bridge-events.ts';
import { serve } from './json-service.ts';

let dir: string;
let delivered: { targetArn: string; event: BusEvent }[];
let failures: number;
let eventBridge: EventBridge;
let service: Awaited<ReturnType<typeof serve>>;
let clients: EventBridgeClient[];
let customer: EventBridgeClient;
let platform: EventBridgeClient;

const clientOf = (accountId: string) => {
  const credentials = { accessKeyId: accessKey(accountId), secretAccessKey: 'x' };
  const client = new EventBridgeClient({ endpoint: service.url, region, maxAttempts: 1, credentials });
  clients.push(client);
  return client;
};
const start = async (retryDelaysMs: readonly number[] = [5, 5]) => {
  clients = [];
  eventBridge = await createEventBridge({
    dir,
    retryDelaysMs,
    buses: [{ arn: platformBus, name: 'latchkey', allowedAccounts: [customerAccount] }],
    rules: [{ name: 'key-changed', busArn: platformBus, pattern: { source: ['aws.kms'] }, targets: [{ arn: handler }] }],
    deliver: async (targetArn, event) => {
      if (failures > 0) {
        failures -= 1;
        throw new Error('not now');
      }
      delivered.push({ targetArn, event });
    },
  });
  service = await serve(eventBridge);
  customer = clientOf(customerAccount);
  platform = clientOf(platformAccount);
};
const stop = async () => {
  for (const client of clients) client.destroy();
  await service.close();
  await eventBridge.close();
};
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'event-bridge-'));
  delivered = [];
  failures = 0;
  await start();
});
afterEach(async () => {
  await stop();
  await rm(dir, { recursive: true });
});

const deadLetters = () => deadLettersIn(dir);

describe('forwarding', () => {
  it("takes a customer's event to the platform's targets, once the customer set it up", async () => {
    await eventBridge.put(keyDisabled(customerAccount));
    expect(await forwardKms(customer)).toMatchObject({ FailedEntryCount: 0 });
    await eventBridge.put({ ...keyDisabled(customerAccount), id: 'after' });
    await until(() => delivered.length > 0);
    expect(delivered).toEqual([{ targetArn: handler, event: { ...keyDisabled(customerAccount), id: 'after' } }]);
  });

  it('is refused to an account that the bus does not admit', async () => {
    await forwardKms(clientOf(stranger));
    await eventBridge.put(keyDisabled(stranger));
    await until(async () => (await deadLetters()).length > 0);
    expect(await deadLetters()).toMatchObject([{ targetArn: platformBus, event: { account: stranger } }]);
    expect(delivered).toEqual([]);
  });

  it("never reaches another account's function directly", async () => {
    await customer.send(new PutRuleCommand({ Name: 'sneak', EventPattern: JSON.stringify({ source: ['my.app'] }) }));
    await customer.send(new PutTargetsCommand({ Rule: 'sneak', Targets: [{ Id: '1', Arn: handler }] }));
    await customer.send(new PutEventsCommand({ Entries: [entry()] }));
    await until(async () => (await deadLetters()).length > 0);
    expect(delivered).toEqual([]);
  });
});

describe('rules', () => {
  it('are made, described, listed, disabled, enabled and deleted', async () => {
    const EventPattern = JSON.stringify({ source: ['my.app'] });
    const { RuleArn } = await customer.send(new PutRuleCommand({ Name: 'mine', EventPattern, Description: 'all of it' }));
    expect(RuleArn).toBe(`arn:aws:events:${region}:${customerAccount}:rule/mine`);
    await customer.send(new PutTargetsCommand({ Rule: 'mine', Targets: [{ Id: '1', Arn: customerFunction }] }));
    expect(await customer.send(new DescribeRuleCommand({ Name: 'mine' }))).toMatchObject({
      EventPattern,
      State: 'ENABLED',
      Description: 'all of it',
    });
    expect((await customer.send(new ListRulesCommand({ NamePrefix: 'mi' }))).Rules).toMatchObject([
      { Name: 'mine', EventBusName: 'default' },
    ]);
    expect((await customer.send(new ListTargetsByRuleCommand({ Rule: 'mine' }))).Targets).toEqual([{ Id: '1', Arn: customerFunction }]);

    await customer.send(new DisableRuleCommand({ Name: 'mine' }));
    await customer.send(new PutEventsCommand({ Entries: [entry({ Detail: '{"n":1}' })] }));
    await customer.send(new EnableRuleCommand({ Name: 'mine' }));
    await customer.send(new PutEventsCommand({ Entries: [entry({ Detail: '{"n":2}' })] }));
    await until(() => delivered.length > 0);
    expect(delivered).toMatchObject([{ targetArn: customerFunction, event: { account: customerAccount, detail: { n: 2 } } }]);

    await expect(customer.send(new DeleteRuleCommand({ Name: 'mine' }))).rejects.toMatchObject({ name: 'ValidationException' });
    await customer.send(new RemoveTargetsCommand({ Rule: 'mine', Ids: ['1'] }));
    await customer.send(new DeleteRuleCommand({ Name: 'mine' }));
    await expect(customer.send(new DescribeRuleCommand({ Name: 'mine' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('survive a restart', async () => {
    await forwardKms(customer);
    await stop();
    await start();
    await eventBridge.put(keyDisabled(customerAccount));
    await until(() => delivered.length > 0);
    expect(delivered).toHaveLength(1);
  });

  it('are refused with an unknown matcher, a schedule or a bus that is not there', async () => {
    const put = (more: object) => customer.send(new PutRuleCommand({ Name: 'bad', EventPattern: '{"source":["x"]}', ...more }));
    await expect(put({ EventPattern: '{"source":[{"like":"x"}]}' })).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
    await expect(put({ ScheduleExpression: 'rate(1 minute)' })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(put({ EventBusName: 'none' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(put({ EventBusName: platformBus })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect((await customer.send(new ListRulesCommand({}))).Rules).toEqual([]);
  });

  it('of the deployment stay as they are', async () => {
    await expect(platform.send(new DisableRuleCommand({ Name: 'key-changed', EventBusName: 'latchkey' }))).rejects.toMatchObject({
      name: 'ManagedRuleException',
    });
  });
});

describe('PutEvents', () => {
  it('answers for each entry', async () => {
    const { FailedEntryCount, Entries } = await customer.send(
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
    const { Entries } = await clientOf(stranger).send(new PutEventsCommand({ Entries: [entry({ EventBusName: platformBus })] }));
    expect(Entries).toMatchObject([{ ErrorCode: 'AccessDeniedException' }]);
    const tooMany = customer.send(new PutEventsCommand({ Entries: Array.from({ length: 11 }, () => entry()) }));
    await expect(tooMany).rejects.toMatchObject({ name: 'ValidationException' });
    const tooLarge = customer.send(new PutEventsCommand({ Entries: [entry({ Detail: JSON.stringify({ text: 'x'.repeat(262_144) }) })] }));
    await expect(tooLarge).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('delivery', () => {
  beforeEach(() => forwardKms(customer));

  it('is tried again until it succeeds', async () => {
    failures = 2;
    await eventBridge.put(keyDisabled(customerAccount));
    await until(() => delivered.length > 0);
    expect(failures).toBe(0);
    expect(await deadLetters()).toEqual([]);
  });

  it('ends among the dead letters when it keeps failing', async () => {
    failures = 3;
    await eventBridge.put(keyDisabled(customerAccount));
    await until(async () => (await deadLetters()).length > 0);
    expect(await deadLetters()).toMatchObject([{ targetArn: handler, error: 'Error: not now', event: { source: 'aws.kms' } }]);
    await stop();
    await start();
    expect(delivered).toEqual([]);
  });

  it('goes on after a restart', async () => {
    await stop();
    await start([60_000]);
    failures = 1;
    await eventBridge.put(keyDisabled(customerAccount));
    await until(() => failures === 0);
    await stop();
    await start();
    await until(() => delivered.length > 0);
    expect(delivered).toEqual([{ targetArn: handler, event: keyDisabled(customerAccount) }]);
    await stop();
    await start();
    expect(delivered).toHaveLength(1);
  });
});

describe('buses', () => {
  it('are described to their account only', async () => {
    expect((await customer.send(new ListEventBusesCommand({}))).EventBuses).toMatchObject([{ Name: 'default' }]);
    const described = await platform.send(new DescribeEventBusCommand({ Name: 'latchkey' }));
    expect(JSON.parse(described.Policy ?? '')).toMatchObject({
      Statement: [{ Principal: { AWS: [`arn:aws:iam::${customerAccount}:root`] } }],
    });
    await expect(customer.send(new DescribeEventBusCommand({ Name: platformBus }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('answer an operation that is not there at once', async () => {
    await expect(customer.send(new CreateArchiveCommand({ ArchiveName: 'a', EventSourceArn: platformBus }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });
});
