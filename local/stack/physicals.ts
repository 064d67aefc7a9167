/**
 * The names and ARNs that the service's resources have in the local cloud. They follow from the template alone, but for
 * KMS keys, whose ids the KMS emulator chose.
 * Does not: give a resource of a kind that nothing here stands in for a name; a `Ref` to it fails.
 */
import type { Physical } from './intrinsics.ts';

export interface Place {
  readonly service: string;
  readonly stage: string;
  readonly accountId: string;
  readonly region: string;
  /** Where the HTTP API answers. */
  readonly apiUrl: string;
  /** Ids of the KMS keys that exist already, by logical id. */
  readonly keyIds: Readonly<Record<string, string>>;
}

export interface Resource {
  readonly type: string;
  readonly properties: Record<string, unknown>;
}

const named = (name: string, arn: string): Physical => ({ ref: name, attributes: { Arn: arn, Name: name } });

/** CloudFormation's pseudo parameters. */
export const pseudoParameters = ({ service, stage, accountId, region }: Place): [string, Physical][] =>
  Object.entries({
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': `${service}-${stage}`,
  }).map(([name, value]) => [name, { ref: value, attributes: {} }]);

/** The logical id of a function's resource, as the framework makes it from the function's key. */
export const functionLogicalId = (key: string) =>
  `${key.charAt(0).toUpperCase()}${key.slice(1).replaceAll('-', 'Dash').replaceAll('_', 'Underscore')}LambdaFunction`;

/**
 * Evaluates the intrinsic functions that a name is made by; it knows pseudo parameters and the resources declared
 * before.
 */
type Naming = Place & { resolve(value: unknown): unknown };

/**
 * What a resource answers to; `undefined` for a kind without an emulator, and for a KMS key that does not exist yet.
 */
export function physicalOf(logicalId: string, { type, properties }: Resource, place: Naming): Physical | undefined {
  const name = (property: string) =>
    String(place.resolve(properties[property] ?? `${place.service}-${place.stage}-${logicalId}`));
  const arn = (service: string, resource: string) =>
    `arn:aws:${service}:${place.region}:${place.accountId}:${resource}`;
  switch (type) {
    case 'AWS::DynamoDB::Table':
      return named(name('TableName'), arn('dynamodb', `table/${name('TableName')}`));
    case 'AWS::Events::EventBus':
      return named(name('Name'), arn('events', `event-bus/${name('Name')}`));
    case 'AWS::StepFunctions::StateMachine': {
      const machine = named(name('StateMachineName'), arn('states', `stateMachine:${name('StateMachineName')}`));
      return { ...machine, ref: machine.attributes.Arn ?? '' };
    }
    case 'AWS::IAM::Role':
      return named(name('RoleName'), `arn:aws:iam::${place.accountId}:role/${name('RoleName')}`);
    case 'AWS::IAM::InstanceProfile':
      return named(
        name('InstanceProfileName'),
        `arn:aws:iam::${place.accountId}:instance-profile/${name('InstanceProfileName')}`,
      );
    case 'AWS::S3::Bucket':
      return named(name('BucketName'), `arn:aws:s3:::${name('BucketName')}`);
    case 'AWS::SQS::Queue':
      return {
        ref: `https://sqs.${place.region}.amazonaws.com/${place.accountId}/${name('QueueName')}`,
        attributes: { Arn: arn('sqs', name('QueueName')), QueueName: name('QueueName') },
      };
    case 'AWS::KMS::Key': {
      const id = place.keyIds[logicalId];
      return id === undefined ? undefined : { ref: id, attributes: { Arn: arn('kms', `key/${id}`), KeyId: id } };
    }
    default:
      return undefined;
  }
}
