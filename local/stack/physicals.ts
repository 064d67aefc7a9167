/**
 * The names and ARNs that the template's resources have in the local cloud. They follow from the template alone, except
 * for KMS keys, whose ids the KMS emulator chooses.
 * Does not: name a resource of a type that has no emulator; a `Ref` to it fails.
 */
import { type Physical, type Physicals, resolveIntrinsics } from './intrinsics.ts';
import type { Resource, Template } from './template.ts';

export interface Place {
  readonly stackName: string;
  readonly accountId: string;
  readonly region: string;
  /** The address of the HTTP API. */
  readonly apiUrl: string;
  /** Ids of the KMS keys that exist already, by logical id. */
  readonly keyIds: Readonly<Record<string, string>>;
}

/** CloudFormation's pseudo parameters. */
const pseudoParameters = ({ stackName, accountId, region }: Place): [string, Physical][] =>
  Object.entries({
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
  }).map(([name, value]) => [name, { ref: value, attributes: {} }]);

/**
 * Names a resource when it is first referred to, since the template declares resources in any order. Throws for names
 * that depend on each other in a circle.
 */
export function physicalsOf({ resources }: Template, place: Place): Physicals {
  const known = new Map<string, Physical | undefined>(pseudoParameters(place));
  const naming = new Set<string>();
  const physicals: Physicals = {
    get(logicalId) {
      const resource = resources.get(logicalId);
      if (known.has(logicalId) || !resource) return known.get(logicalId);
      if (naming.has(logicalId)) throw new Error(`The template: the name of ${logicalId} depends on itself`);
      naming.add(logicalId);
      const physical = physicalOf(logicalId, resource, { place, physicals });
      known.set(logicalId, physical);
      return physical;
    },
  };
  return physicals;
}

const named = (name: string, arn: string): Physical => ({ ref: name, attributes: { Arn: arn, Name: name } });
const byArn = ({ ref, attributes }: Physical): Physical => ({ ref: attributes.Arn ?? ref, attributes });

interface Naming {
  readonly logicalId: string;
  readonly properties: Resource['properties'];
  readonly place: Place;
  /** The value of a property, or a name that CloudFormation would choose. */
  name(property: string): string;
  arn(service: string, resource: string): string;
}

/** `undefined` for a type without an emulator, and for a KMS key that does not exist yet. */
function physicalOf(
  logicalId: string,
  { type, properties }: Resource,
  { place, physicals }: { place: Place; physicals: Physicals },
): Physical | undefined {
  const name = (property: string) =>
    String(resolveIntrinsics(properties[property] ?? `${place.stackName}-${logicalId}`, physicals));
  const arn = (service: string, resource: string) =>
    `arn:aws:${service}:${place.region}:${place.accountId}:${resource}`;
  if (type === 'AWS::Events::Rule') return ruleOf({ logicalId, properties, place, name, arn }, physicals);
  return kinds[type]?.({ logicalId, properties, place, name, arn });
}

/** A rule of a bus other than `default` has the bus in its ARN, and in its `Ref`. */
function ruleOf({ properties, name, arn }: Naming, physicals: Physicals): Physical {
  const bus = String(resolveIntrinsics(properties.EventBusName ?? 'default', physicals));
  const own = name('Name');
  if (bus === 'default') return { ref: own, attributes: { Arn: arn('events', `rule/${own}`) } };
  const busName = bus.slice(bus.indexOf('/') + 1);
  return { ref: `${busName}|${own}`, attributes: { Arn: arn('events', `rule/${busName}/${own}`) } };
}

const kinds: Readonly<Record<string, (naming: Naming) => Physical | undefined>> = {
  'AWS::Lambda::Function': ({ name, arn }) =>
    named(name('FunctionName'), arn('lambda', `function:${name('FunctionName')}`)),
  'AWS::ApiGatewayV2::Api': ({ place }) => ({ ref: 'local', attributes: { ApiEndpoint: place.apiUrl } }),
  'AWS::ApiGatewayV2::Authorizer': ({ logicalId }) => ({ ref: logicalId, attributes: {} }),
  'AWS::ApiGatewayV2::Integration': ({ logicalId }) => ({ ref: logicalId, attributes: {} }),
  'AWS::DynamoDB::Table': ({ name, arn }) => named(name('TableName'), arn('dynamodb', `table/${name('TableName')}`)),
  'AWS::Events::EventBus': ({ name, arn }) => named(name('Name'), arn('events', `event-bus/${name('Name')}`)),
  'AWS::StepFunctions::StateMachine': ({ name, arn }) =>
    byArn(named(name('StateMachineName'), arn('states', `stateMachine:${name('StateMachineName')}`))),
  'AWS::IAM::Role': ({ name, place }) =>
    named(name('RoleName'), `arn:aws:iam::${place.accountId}:role/${name('RoleName')}`),
  'AWS::IAM::InstanceProfile': ({ name, place }) =>
    named(
      name('InstanceProfileName'),
      `arn:aws:iam::${place.accountId}:instance-profile/${name('InstanceProfileName')}`,
    ),
  'AWS::S3::Bucket': ({ name }) => named(name('BucketName'), `arn:aws:s3:::${name('BucketName')}`),
  'AWS::SQS::Queue': ({ name, arn, place }) => ({
    ref: `https://sqs.${place.region}.amazonaws.com/${place.accountId}/${name('QueueName')}`,
    attributes: { Arn: arn('sqs', name('QueueName')), QueueName: name('QueueName') },
  }),
  'AWS::SNS::Topic': ({ name, arn }) => {
    const topicArn = arn('sns', name('TopicName'));
    return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name('TopicName') } };
  },
  'AWS::KMS::Key': ({ logicalId, arn, place }) => {
    const id = place.keyIds[logicalId];
    return id === undefined ? undefined : { ref: id, attributes: { Arn: arn('kms', `key/${id}`), KeyId: id } };
  },
};
