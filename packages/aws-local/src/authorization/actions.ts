/**
 * The actions and resources that a request needs permission for.
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS services".
 */
import type { NamedValues } from '../iam/request-values.ts';
import type { Call, Caller } from '../protocol.ts';

export interface NeededAction {
  /** As in `dynamodb:GetItem`. */
  readonly action: string;
  /** The permission for one of them suffices. */
  readonly resources: readonly string[];
  /** `aws:RequestedRegion`, if it is another than the request's. */
  readonly region?: string;
  /** Condition keys besides the global ones, by their names in policies. */
  readonly conditions?: NamedValues;
}

export type Request = Pick<Call, 'operation' | 'input' | 'region'> & { readonly caller: Pick<Caller, 'accountId'> };

type Needs = (request: Request) => readonly NeededAction[];
type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const need = (action: string, ...resources: string[]): NeededAction => ({ action, resources });

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

/** A sender is verified as an address, or by its domain or a domain above it. */
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

/** Creating keys, with the condition keys of the key that the request describes. */
const creatingKey: Needs = ({ input }) => [
  {
    ...need('kms:CreateKey', '*'),
    conditions: {
      'kms:KeySpec': String(input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT'),
      'kms:KeyUsage': String(input.KeyUsage ?? 'ENCRYPT_DECRYPT'),
      'kms:KeyOrigin': String(input.Origin ?? 'AWS_KMS'),
      'kms:MultiRegion': String(input.MultiRegion ?? false),
      'kms:MultiRegionKeyType': input.MultiRegion === true ? 'PRIMARY' : undefined,
      'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck ?? false),
    },
  },
];

/** The replica is created in its own Region; of the primary, KMS decides itself. */
const replicatingKey: Needs = ({ input }) => [
  {
    ...need('kms:CreateKey', '*'),
    region: String(input.ReplicaRegion),
    conditions: { 'kms:MultiRegion': 'true', 'kms:MultiRegionKeyType': 'REPLICA' },
  },
];

const withoutKey = ['ListKeys', 'ListAliases', 'ListRetirableGrants', 'GenerateRandom'].concat(
  ['CreateCustomKeyStore', 'ConnectCustomKeyStore', 'DisconnectCustomKeyStore'],
  ['DescribeCustomKeyStores', 'DeleteCustomKeyStore'],
);
const onAccount: Needs = ({ operation }) => [need(`kms:${operation}`, '*')];

/** Of a key, KMS decides itself, by the key's policy and grants. */
const kms: Readonly<Record<string, Needs>> = {
  ...Object.fromEntries(withoutKey.map((operation) => [operation, onAccount])),
  CreateKey: creatingKey,
  ReplicateKey: replicatingKey,
};

const services: Readonly<Record<string, Readonly<Record<string, Needs>>>> = {
  dynamodb,
  states,
  events,
  ses: { SendEmail: sending, SendRawEmail: sending },
};

/** STS says to every caller who it is. An operation that is not in the list needs its action on every resource. */
export function neededActions(service: string, request: Request): readonly NeededAction[] {
  if (service === 'kms') return kms[request.operation]?.(request) ?? [];
  // Queues and topics decide by their own policies too.
  if (service === 'sqs' || service === 'sns') return [];
  if (service === 'sts' && request.operation === 'GetCallerIdentity') return [];
  const needs = services[service]?.[request.operation];
  return needs ? needs(request) : [need(`${service}:${request.operation}`, '*')];
}
