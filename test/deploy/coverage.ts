/** What of the package ran on the emulator: functions, routes by requests, rules by sample events. */
import { readdirSync } from 'node:fs';
import { EventBridgeClient, PutEventsCommand, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { clientOf, type Deployment, stage } from './deployment.ts';
import { authorizationOf } from './lambda-api.ts';
import { all, resources } from './packaged.ts';

/** The functions that ran: the emulator unpacks the code of each one when it first invokes it. */
export const ranIn = (folder: string): string[] => {
  const unpacked = readdirSync(folder);
  return functionNames().filter((name) => unpacked.some((each) => each.startsWith(`ministack-lambda-${name}-`)));
};

export const functionNames = (): string[] =>
  all('AWS::Lambda::Function').map(([, { Properties }]) => String(Properties.FunctionName));

/** A request for each function that has routes: a read, if there is one. */
export function requestsOfGroups(): readonly string[] {
  const groups = Map.groupBy(all('AWS::ApiGatewayV2::Route'), ([, { Properties }]) =>
    JSON.stringify(Properties.Target),
  );
  return [...groups.values()].map((routes) => {
    const keys = routes.map(([, { Properties }]) => String(Properties.RouteKey));
    const key = keys.find((each) => each.startsWith('GET ')) ?? keys[0] ?? '';
    return key === '$default' ? 'GET /nowhere' : key.replace(/\{\w+\+?\}/g, 'none');
  });
}

interface Sample {
  readonly source: string;
  readonly type: string;
  readonly detail?: object;
}

const configurationSet = `latchkey-${stage}`;
const machineArn = `arn:aws:states:us-east-1:210987654321:stateMachine:latchkey-${stage}-key-shutdown`;

const bounced: Sample = {
  source: 'aws.ses',
  type: 'Email Bounced',
  detail: { mail: { tags: { 'ses:configuration-set': [configurationSet] } } },
};

/** An event for each rule with a pattern, by the rule's logical id. */
export const samples: Readonly<Record<string, Sample>> = {
  LatchkeytestonKeyChangedrule1EventBridgeRule: { source: 'aws.kms', type: 'KMS CMK Deletion' },
  LatchkeytestonEffectDuerule1EventBridgeRule: { source: 'latchkey.effects', type: 'EffectDue' },
  LatchkeytestonWebhookDuerule1EventBridgeRule: { source: 'latchkey', type: 'LockoutOpened' },
  LatchkeytestonMailBouncedrule1EventBridgeRule: bounced,
  MailTroubleRule: bounced,
  ExecutionsFailedRule: {
    source: 'aws.states',
    type: 'Step Functions Execution Status Change',
    detail: { status: 'FAILED', stateMachineArn: machineArn },
  },
  UnknownChecksRule: { source: 'latchkey', type: 'KeyCheckUnanswered' },
  TroubleRule: { source: 'latchkey', type: 'DatabaseFailed' },
};

export const patternRules = (): string[] =>
  all('AWS::Events::Rule')
    .filter(([, { Properties }]) => Properties.EventPattern !== undefined)
    .map(([id]) => id);

/** Whether the rule's pattern, as packaged, matches its sample. */
export async function matchesSample({ aws }: Deployment, logicalId: string): Promise<boolean> {
  const client = new EventBridgeClient(clientOf(aws.url));
  try {
    const { source = '', type = '', detail = {} } = samples[logicalId] ?? {};
    const event = {
      ...{ version: '0', id: 'e1', 'detail-type': type, source, account: '210987654321', detail },
      ...{ time: '2026-03-01T12:00:00Z', region: 'us-east-1', resources: [] },
    };
    const EventPattern = resolved(resources[logicalId]?.Properties.EventPattern);
    const { Result } = await client.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(event) }));
    return Result ?? false;
  } finally {
    client.destroy();
  }
}

const topicArn = `arn:aws:sns:us-east-1:210987654321:latchkey-${stage}-operators`;
const inbox = 'arn:aws:sqs:us-east-1:210987654321:operators-inbox';

/** Subscribes a queue to the operators' topic, as the people on call do. */
export async function subscribeOperators({ aws, lambda }: Deployment): Promise<void> {
  const ask = async (service: string, form: Readonly<Record<string, string>>) => {
    const headers = { authorization: authorizationOf(lambda, service) };
    const response = await fetch(aws.url, { method: 'POST', headers, body: new URLSearchParams(form) });
    if (!response.ok) throw new Error(`${service} refuses ${form.Action}: ${await response.text()}`);
  };
  const Statement = [
    { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: inbox },
  ];
  const policy = JSON.stringify({ Version: '2012-10-17', Statement });
  const attributes = { 'Attribute.1.Name': 'Policy', 'Attribute.1.Value': policy };
  await ask('sqs', { Action: 'CreateQueue', Version: '2012-11-05', QueueName: 'operators-inbox', ...attributes });
  const subscription = { TopicArn: topicArn, Protocol: 'sqs', Endpoint: inbox };
  await ask('sns', { Action: 'Subscribe', Version: '2010-03-31', ...subscription });
}

/** Puts the sample of a rule on the platform's bus. */
export async function putSample({ aws }: Deployment, logicalId: string): Promise<void> {
  const client = new EventBridgeClient(clientOf(aws.url));
  const { source: Source, type: DetailType, detail = {} } = samples[logicalId] ?? {};
  const Entries = [{ EventBusName: `latchkey-${stage}`, Source, DetailType, Detail: JSON.stringify(detail) }];
  const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries }));
  client.destroy();
  if (FailedEntryCount) throw new Error(`The bus refuses the sample of ${logicalId}`);
}

/** What the operators received, as text. */
export async function operatorsInbox({ aws }: Deployment): Promise<string> {
  const { messages } = (await (await fetch(`${aws.url}/_ministack/sqs/messages`)).json()) as {
    messages: Record<string, Record<string, Record<string, unknown>>>;
  };
  const queues = Object.values(messages).flatMap((regions) => Object.values(regions).flatMap(Object.entries));
  return JSON.stringify(queues.filter(([url]) => url.endsWith('/operators-inbox')));
}

const resolved = (pattern: unknown): string =>
  JSON.stringify(pattern)
    .replaceAll('{"Ref":"AWS::AccountId"}', '"210987654321"')
    .replace(/\{"Fn::Sub":"([^"]+)"\}/g, (_, text: string) =>
      JSON.stringify(
        text
          .replace('${AWS::Partition}', 'aws')
          .replace('${AWS::Region}', 'us-east-1')
          .replace('${AWS::AccountId}', '210987654321'),
      ),
    );
