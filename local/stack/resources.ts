/**
 * The template's resources in the format of the emulators: tables, state machines, event buses, KMS keys, buckets,
 * queues, topics.
 */
import { type Physicals, resolveIntrinsics } from './intrinsics.ts';
import { isRecord, type Resource, type Template, ofType as typed } from './template.ts';

export interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly definition: unknown;
  readonly roleArn: string;
}

export interface Table {
  /** Input of `CreateTable`. */
  readonly create: Record<string, unknown>;
  /** Input of `UpdateTimeToLive`, if rows expire. */
  readonly timeToLive: Record<string, unknown> | null;
}

export interface Bus {
  readonly arn: string;
  readonly name: string;
  /** The document of its resource policy; null without one. */
  readonly policy: unknown;
}

export interface Resources {
  readonly template: Template;
  readonly physicals: Physicals;
}

const ofType = ({ template }: Resources, type: string) => typed(template, type);

const propertiesOf = (resource: Resource, physicals: Physicals) => {
  const properties = resolveIntrinsics(resource.properties, physicals);
  return isRecord(properties) ? properties : {};
};

/**
 * State machines with the functions' ARNs put in. Throws for a substitution that the definition asks for and nothing
 * gives.
 */
export function machinesOf(resources: Resources): Machine[] {
  return ofType(resources, 'AWS::StepFunctions::StateMachine').map(([logicalId, resource]) => {
    const { Definition, DefinitionSubstitutions, RoleArn } = resource.properties;
    if (!isRecord(Definition)) throw new Error(`The template: ${logicalId} has no Definition`);
    const substitutions = resolveIntrinsics(DefinitionSubstitutions ?? {}, resources.physicals);
    const { Arn: arn = '', Name: name = '' } = resources.physicals.get(logicalId)?.attributes ?? {};
    const text = JSON.stringify(Definition).replace(/\$\{(\w+)\}/g, (whole, variable: string) => {
      const value = isRecord(substitutions) ? substitutions[variable] : undefined;
      if (value === undefined) throw new Error(`The template: ${logicalId}: nothing is substituted for ${whole}`);
      return JSON.stringify(String(value)).slice(1, -1);
    });
    return {
      arn,
      name,
      definition: JSON.parse(text),
      roleArn: String(resolveIntrinsics(RoleArn, resources.physicals)),
    };
  });
}

/** Of the table's properties, those that have a meaning here; backups and encryption at rest are AWS's. */
const tableMembers = [
  'AttributeDefinitions',
  'KeySchema',
  'BillingMode',
  'ProvisionedThroughput',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'StreamSpecification',
  'TimeToLiveSpecification',
];

export function tablesOf(resources: Resources): Table[] {
  return ofType(resources, 'AWS::DynamoDB::Table').map(([logicalId, resource]) => {
    const known = { ...resource, properties: pick(resource.properties, tableMembers) };
    const properties = propertiesOf(known, resources.physicals);
    const { TimeToLiveSpecification, ...create } = properties;
    const TableName = resources.physicals.get(logicalId)?.ref;
    return {
      create: { TableName, ...create },
      timeToLive: TimeToLiveSpecification ? { TableName, TimeToLiveSpecification } : null,
    };
  });
}

/** Event buses, each with the policy of its own and the statements of the policies that name it. */
export function busesOf(resources: Resources): Bus[] {
  const policies = ofType(resources, 'AWS::Events::EventBusPolicy').map(([, resource]) =>
    propertiesOf(resource, resources.physicals),
  );
  return ofType(resources, 'AWS::Events::EventBus').map(([logicalId, resource]) => {
    const { ref: name, attributes } = resources.physicals.get(logicalId) ?? { ref: '', attributes: {} };
    const arn = attributes.Arn ?? '';
    const { Policy } = propertiesOf(resource, resources.physicals);
    const own = isRecord(Policy) ? [Policy.Statement].flat() : [];
    const named = policies
      .filter(({ EventBusName }) => EventBusName === name)
      .map((policy) => statementOf(policy, arn));
    const Statement = [...own, ...named];
    return { name, arn, policy: Statement.length > 0 ? { Version: '2012-10-17', Statement } : null };
  });
}

/** `PutPermission`'s older form names a principal, and a condition at most. */
const statementOf = ({ Statement, Principal, Condition }: Record<string, unknown>, Resource: string): unknown =>
  Statement ?? {
    Effect: 'Allow',
    Principal,
    Action: 'events:PutEvents',
    Resource,
    ...(Condition ? { Condition } : {}),
  };

export interface DeclaredKey {
  readonly logicalId: string;
  /** Input of `CreateKey`; the KMS emulator chooses the id. */
  readonly create: Record<string, unknown>;
  /** Input of `TagResource`. */
  readonly tags: readonly Record<string, unknown>[];
  readonly rotates: boolean;
}

export function keysOf(resources: Resources): DeclaredKey[] {
  return ofType(resources, 'AWS::KMS::Key').map(([logicalId, { type, properties }]) => {
    const known = { type, properties: pick(properties, ['Description', 'KeySpec', 'KeyUsage', 'KeyPolicy', 'Tags']) };
    const { KeyPolicy, Tags, ...plain } = propertiesOf(known, resources.physicals);
    const create = { ...plain, ...(KeyPolicy ? { Policy: JSON.stringify(KeyPolicy) } : {}) };
    const tags = [Tags ?? []].flat().filter(isRecord);
    return {
      logicalId,
      create,
      tags: tags.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
      rotates: properties.EnableKeyRotation === true,
    };
  });
}

/** Inputs of `CreateAlias`. */
export const aliasesOf = (resources: Resources): Record<string, unknown>[] =>
  ofType(resources, 'AWS::KMS::Alias').map(([, resource]) => propertiesOf(resource, resources.physicals));

/** Names of the S3 buckets; their settings (encryption, public access, lifecycle) are AWS's. */
export const bucketsOf = (resources: Resources): string[] =>
  ofType(resources, 'AWS::S3::Bucket').map(([logicalId]) => resources.physicals.get(logicalId)?.ref ?? '');

export interface DeclaredQueue {
  readonly arn: string;
  readonly url: string;
  /** The document of its resource policy; null without one. */
  readonly policy: unknown;
  /** The key that encrypts its messages; null without one. */
  readonly kmsKeyId: string | null;
}

export const queuesOf = (resources: Resources): DeclaredQueue[] =>
  ofType(resources, 'AWS::SQS::Queue').map(([logicalId, resource]) => {
    const { ref: url = '', attributes } = resources.physicals.get(logicalId) ?? { ref: '', attributes: {} };
    const policy = policyOn(resources, { type: 'AWS::SQS::QueuePolicy', member: 'Queues', ref: url });
    return { arn: attributes.Arn ?? '', url, policy, kmsKeyId: kmsKeyOf(resource, resources) };
  });

export type DeclaredTopic = Omit<DeclaredQueue, 'url'>;

export const topicsOf = (resources: Resources): DeclaredTopic[] =>
  ofType(resources, 'AWS::SNS::Topic').map(([logicalId, resource]) => {
    const { ref: arn = '' } = resources.physicals.get(logicalId) ?? { ref: '' };
    const policy = policyOn(resources, { type: 'AWS::SNS::TopicPolicy', member: 'Topics', ref: arn });
    return { arn, policy, kmsKeyId: kmsKeyOf(resource, resources) };
  });

function kmsKeyOf(resource: Resource, { physicals }: Resources): string | null {
  const { KmsMasterKeyId } = propertiesOf(resource, physicals);
  return typeof KmsMasterKeyId === 'string' ? KmsMasterKeyId : null;
}

/** The document of the policy resource that lists a queue or topic. */
function policyOn(resources: Resources, { type, member, ref }: { type: string; member: string; ref: string }): unknown {
  const policies = ofType(resources, type).map(([, each]) => propertiesOf(each, resources.physicals));
  return policies.find((each) => [each[member]].flat().includes(ref))?.PolicyDocument ?? null;
}

/** Inputs of Lambda's `AddPermission`, with the function's ARN. */
export const permissionsOf = (resources: Resources): Record<string, unknown>[] =>
  ofType(resources, 'AWS::Lambda::Permission').map(([, resource]) => propertiesOf(resource, resources.physicals));

const pick = (from: Record<string, unknown>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
