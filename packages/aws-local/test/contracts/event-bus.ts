/**
 * What a bus takes, what becomes of each entry, and rules.
 * Source: API reference, PutEvents and PutRule; EventBridge guide, "Event patterns".
 */
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { expect } from '@jest/globals';
import { platformAccount, region } from '../../test-support/accounts.ts';
import { type Case, type Contract, refusal } from '../../test-support/contract.ts';

const entry = (changes: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  Source: 'shop.test',
  DetailType: 'Thing',
  Detail: '{"a":1}',
  ...changes,
});

/** Of each entry its error's code, or `taken`. */
async function put(client: EventBridgeClient, ...Entries: PutEventsRequestEntry[]): Promise<unknown> {
  const { FailedEntryCount, Entries: results = [] } = await client.send(new PutEventsCommand({ Entries }));
  return {
    failed: FailedEntryCount,
    each: results.map(({ EventId, ErrorCode }) => ErrorCode ?? (EventId ? 'taken' : 'nothing')),
  };
}

const EventPattern = JSON.stringify({ source: ['shop.test'] });
const target = { Id: 'function', Arn: `arn:aws:lambda:${region}:${platformAccount}:function:on-thing` };

const cases: readonly Case<EventBridgeClient>[] = [
  {
    name: 'PutEvents accepts valid entries and names the errors of the others',
    run: (client) => put(client, entry(), entry({ Detail: 'no JSON' }), entry({ Detail: '[1]' }), entry()),
    expected: { failed: 2, each: ['taken', 'MalformedDetail', 'MalformedDetail', 'taken'] },
    except: {
      ministack: {
        expected: { failed: 0, each: ['taken', 'taken', 'taken', 'taken'] },
        aws: 'Detail is a JSON object',
      },
    },
  },
  {
    name: 'PutEvents refuses an entry without a detail type, a detail or a source',
    run: async (client) => {
      const { DetailType, Detail, Source, ...rest } = entry();
      return put(client, { ...rest, Detail, Source }, { ...rest, DetailType, Source }, { ...rest, DetailType, Detail });
    },
    expected: { failed: 3, each: ['InvalidArgument', 'InvalidArgument', 'InvalidArgument'] },
    except: {
      ministack: {
        expected: { failed: 0, each: ['taken', 'taken', 'taken'] },
        aws: 'Source, DetailType and Detail are required',
      },
    },
  },
  {
    name: 'PutEvents refuses to speak for AWS',
    run: (client) => put(client, entry({ Source: 'aws.kms' })),
    expected: { failed: 1, each: ['NotAuthorizedForSourceException'] },
  },
  {
    name: 'PutEvents takes 10 entries and no more',
    run: async (client) => {
      const send = (count: number) =>
        refusal(client.send(new PutEventsCommand({ Entries: Array.from({ length: count }, () => entry()) })));
      return [await send(10), await send(11)];
    },
    expected: ['accepted', 'ValidationException'],
  },
  {
    name: 'PutRule stores a pattern, and DescribeRule returns it',
    run: async (client) => {
      const { RuleArn } = await client.send(
        new PutRuleCommand({ Name: 'kept', EventPattern, Description: 'of a test' }),
      );
      const { $metadata: _, ...rule } = await client.send(new DescribeRuleCommand({ Name: 'kept' }));
      return { RuleArn, ...rule };
    },
    expected: expect.objectContaining({
      RuleArn: `arn:aws:events:${region}:${platformAccount}:rule/kept`,
      EventPattern,
      State: 'ENABLED',
      Description: 'of a test',
      EventBusName: 'default',
    }),
  },
  {
    name: 'PutRule refuses a pattern that is none',
    run: async (client) => [
      await refusal(client.send(new PutRuleCommand({ Name: 'bad', EventPattern: '{"source":"text"}' }))),
      await refusal(client.send(new PutRuleCommand({ Name: 'bad', EventPattern: '{' }))),
    ],
    expected: ['InvalidEventPatternException', 'InvalidEventPatternException'],
  },
  {
    name: 'PutRule does not find a missing bus',
    run: (client) => refusal(client.send(new PutRuleCommand({ Name: 'lost', EventPattern, EventBusName: 'nowhere' }))),
    expected: 'ResourceNotFoundException',
  },
  {
    name: 'DisableRule switches a rule off',
    run: async (client) => {
      await client.send(new PutRuleCommand({ Name: 'off', EventPattern }));
      await client.send(new DisableRuleCommand({ Name: 'off' }));
      return (await client.send(new DescribeRuleCommand({ Name: 'off' }))).State;
    },
    expected: 'DISABLED',
  },
  {
    name: 'DeleteRule refuses a rule with targets, and deletes one without',
    run: async (client) => {
      await client.send(new PutRuleCommand({ Name: 'gone', EventPattern }));
      await client.send(new PutTargetsCommand({ Rule: 'gone', Targets: [target] }));
      const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'gone' }));
      const early = await refusal(client.send(new DeleteRuleCommand({ Name: 'gone' })));
      await client.send(new RemoveTargetsCommand({ Rule: 'gone', Ids: [target.Id] }));
      await client.send(new DeleteRuleCommand({ Name: 'gone' }));
      return [Targets, early, await refusal(client.send(new DescribeRuleCommand({ Name: 'gone' })))];
    },
    expected: [[target], 'ValidationException', 'ResourceNotFoundException'],
    except: {
      ministack: {
        expected: [[target], 'accepted', 'ResourceNotFoundException'],
        aws: 'RemoveTargets comes before DeleteRule',
      },
    },
  },
];

export const eventBus: Contract<EventBridgeClient> = { service: 'EventBridge', cases };
