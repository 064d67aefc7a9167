/**
 * The actions and resources that a request needs permission for.
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS services".
 */
import { kms } from './kms-actions.ts';
import { isObject, list, type NeededAction, type Needs, need, type Request } from './needed-action.ts';

const tableArn = ({ caller, region }: Request, name: unknown) =>
  String(name).startsWith('arn:') ? String(name) : `arn:aws:dynamodb:${region}:${caller.accountId}:table/${name}`;

const onTable: Needs = (request) => {
  const { TableName, IndexName } = request.input;
  const table = tableArn(request, TableName);
  return [need(`dynamodb:${request.operation}`, IndexName === undefined ? table : `${table}/index/${IndexName}`)];
};

const onTables: Needs = (request) =>
  Object.keys(isObject(request.input.RequestItems) ? request.input.RequestItems : {}).map((name) =>
    need(`dynamodb:${request.operation}`, tableArn(request, name)),
  );

/** A transaction needs the permissions of its parts. */
const transactionActions = new Map([
  ['Get', 'GetItem'],
  ['Put', 'PutItem'],
  ['Update', 'UpdateItem'],
  ['Delete', 'DeleteItem'],
  ['ConditionCheck', 'ConditionCheckItem'],
]);

const inTransaction: Needs = (request) =>
  list(request.input.TransactItems).flatMap((item) =>
    Object.entries(item).flatMap(([kind, part]) => {
      const action = transactionActions.get(kind);
      return action && isObject(part) ? [need(`dynamodb:${action}`, tableArn(request, part.TableName))] : [];
    }),
  );

const dynamodb: Readonly<Record<string, Needs>> = {
  ...Object.fromEntries(
    ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'CreateTable', 'DeleteTable', 'DescribeTable']
      .concat('UpdateTable', 'UpdateTimeToLive', 'DescribeTimeToLive')
      .map((operation) => [operation, onTable]),
  ),
  BatchGetItem: onTables,
  BatchWriteItem: onTables,
  TransactGetItems: inTransaction,
  TransactWriteItems: inTransaction,
};

const byArn =
  (member: string): Needs =>
  ({ operation, input }) => [need(`states:${operation}`, String(input[member]))];

const states: Readonly<Record<string, Needs>> = {
  StartExecution: byArn('stateMachineArn'),
  DescribeStateMachine: byArn('stateMachineArn'),
  ListExecutions: byArn('stateMachineArn'),
  DescribeExecution: byArn('executionArn'),
  GetExecutionHistory: byArn('executionArn'),
  StopExecution: byArn('executionArn'),
  ListMapRuns: byArn('executionArn'),
  DescribeMapRun: byArn('mapRunArn'),
};

const busArn = ({ caller, region }: Request, name: unknown = 'default') =>
  String(name).startsWith('arn:') ? String(name) : `arn:aws:events:${region}:${caller.accountId}:event-bus/${name}`;

const events: Readonly<Record<string, Needs>> = {
  PutEvents: (request) =>
    [...new Set(list(request.input.Entries).map(({ EventBusName }) => busArn(request, EventBusName)))].map((arn) =>
      need('events:PutEvents', arn),
    ),
};

/** The address, its domain, and the domains above it: each can be the verified identity. */
function sesIdentities(sender: string): string[] {
  const address = /<([^<>]*)>\s*$/.exec(sender)?.[1] ?? sender.trim();
  const labels = address.slice(address.lastIndexOf('@') + 1).split('.');
  return [address, ...labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'))];
}

const sending: Needs = ({ operation, input, caller, region }) => {
  const arn = (resource: string) => `arn:aws:ses:${region}:${caller.accountId}:${resource}`;
  const identities = sesIdentities(String(input.Source)).map((identity) => arn(`identity/${identity}`));
  const { ConfigurationSetName } = input;
  return [
    need(`ses:${operation}`, ...identities),
    ...(ConfigurationSetName === undefined
      ? []
      : [need(`ses:${operation}`, arn(`configuration-set/${ConfigurationSetName}`))]),
  ];
};

const services: Readonly<Record<string, Readonly<Record<string, Needs>>>> = {
  dynamodb,
  states,
  events,
  ses: { SendEmail: sending, SendRawEmail: sending },
};

/** `GetCallerIdentity` needs no permission. An unlisted operation needs its action on every resource. */
export function neededActions(service: string, request: Request): readonly NeededAction[] {
  if (service === 'kms') return kms[request.operation]?.(request) ?? [];
  // The emulators of queues and topics evaluate the caller's policies together with the resource's.
  if (service === 'sqs' || service === 'sns') return [];
  if (service === 'sts' && request.operation === 'GetCallerIdentity') return [];
  const needs = services[service]?.[request.operation];
  return needs ? needs(request) : [need(`${service}:${request.operation}`, '*')];
}
