/**
 * Events of a customer's keys on the deployed bus. The emulator accepts no event from another account, and refuses the
 * source `aws.kms`. So the deployed rule is changed to accept an enclosing event, and to pass on its content: bus,
 * rule, target, permission and function are the deployed ones. Its deployed pattern is evaluated separately.
 */
import {
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Rule,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import type { KmsManagementEvent } from 'aws-local/kms';

export interface CustomerEvents {
  /** Whether the deployed pattern of the rule matches such an event. */
  isTaken(event: object): Promise<boolean>;
  forward(event: KmsManagementEvent): Promise<void>;
  close(): Promise<void>;
}

const around = 'latchkey.test.forwarded';

export async function openCustomerEvents(
  settings: ConstructorParameters<typeof EventBridgeClient>[0],
  EventBusName: string,
): Promise<CustomerEvents> {
  const client = new EventBridgeClient(settings ?? {});
  const { Name, EventPattern } = await ruleOf(client, EventBusName);
  const rule = { Rule: Name, EventBusName };
  // The deployed rule includes reads, by a state in which this emulator passes nothing on.
  const pattern = JSON.stringify({ source: [around] });
  await client.send(new PutRuleCommand({ Name, EventBusName, EventPattern: pattern, State: 'ENABLED' }));
  const { Targets = [] } = await client.send(new ListTargetsByRuleCommand(rule));
  await client.send(
    new PutTargetsCommand({ ...rule, Targets: Targets.map((target) => ({ ...target, InputPath: '$.detail' })) }),
  );
  return {
    isTaken: async (event) =>
      (await client.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(event) }))).Result ?? false,
    forward: async (event) => {
      const Entries = [
        { EventBusName, Source: around, DetailType: event['detail-type'], Detail: JSON.stringify(event) },
      ];
      const { FailedEntryCount, Entries: responses } = await client.send(new PutEventsCommand({ Entries }));
      if (FailedEntryCount) throw new Error(`The bus does not take the event: ${JSON.stringify(responses)}`);
    },
    close: async () => client.destroy(),
  };
}

/** The rule for events of keys. */
async function ruleOf(client: EventBridgeClient, EventBusName: string): Promise<Rule> {
  const { Rules = [] } = await client.send(new ListRulesCommand({ EventBusName }));
  const found = Rules.find(({ EventPattern }) => EventPattern?.includes('"aws.kms"'));
  if (!found) throw new Error(`No rule on ${EventBusName} takes news of keys.`);
  return found;
}
