/**
 * What the packaged template deploys, under the names of the local cloud: functions with their roles and permissions,
 * the API's routes, rules, schedules, state machines, tables, buses, keys, buckets, queues and topics.
 * Does not: deploy, or read resources that only AWS has (alarms, logs, dashboards). A type or property that it does not
 * understand throws.
 */
import type { DeclaredRule } from 'aws-local/event-bridge';
import { type ApiAuthorizer, type ApiRoute, authorizerOf, routesOf } from './api.ts';
import { environmentOf, functionsOf, type StackFunction } from './functions.ts';
import { resolveIntrinsics } from './intrinsics.ts';
import { type Place, physicalsOf } from './physicals.ts';
import {
  aliasesOf,
  type Bus,
  bucketsOf,
  busesOf,
  type DeclaredQueue,
  type DeclaredTopic,
  keysOf,
  type Machine,
  machinesOf,
  permissionsOf,
  queuesOf,
  type Table,
  tablesOf,
  topicsOf,
} from './resources.ts';
import { type Role, rolesOf } from './roles.ts';
import { rulesOf, type Schedule, schedulesOf } from './rules.ts';
import type { Template } from './template.ts';

export interface Stack {
  readonly place: Place;
  readonly api: Api;
  readonly functions: readonly StackFunction[];
  /** By ARN. */
  readonly roles: ReadonlyMap<string, Role>;
  readonly rules: readonly DeclaredRule[];
  readonly schedules: readonly Schedule[];
  readonly machines: readonly Machine[];
  readonly tables: readonly Table[];
  readonly buses: readonly Bus[];
  readonly queues: readonly DeclaredQueue[];
  readonly topics: readonly DeclaredTopic[];
  /** Inputs of KMS's `CreateAlias`. */
  readonly aliases: readonly Record<string, unknown>[];
  /** Names of S3 buckets. */
  readonly buckets: readonly string[];
  /** The functions' environment; `overrides` take precedence, and are not resolved. */
  environment(overrides: Readonly<Record<string, string>>): Record<string, string>;
  /** A value of the template with its intrinsic functions evaluated. */
  resolve(value: unknown): unknown;
}

/** The KMS keys that the template declares, for `CreateKey`; their ids then belong into `Place.keyIds`. */
export const declaredKeys = (template: Template, place: Place) =>
  keysOf({ template, physicals: physicalsOf(template, { ...place, keyIds: {} }) });

export interface Api {
  /** Inputs of Lambda's `AddPermission`, for the API and for rules. */
  readonly permissions: readonly Record<string, unknown>[];
  readonly routes: readonly ApiRoute[];
  readonly authorizer: ApiAuthorizer;
}

/** The HTTP API and the permissions to invoke functions, which do not refer to KMS keys. */
export function apiOf(template: Template, place: Place): Api {
  const physicals = physicalsOf(template, place);
  return {
    permissions: permissionsOf({ template, physicals }),
    routes: routesOf(template, physicals),
    authorizer: authorizerOf(template, physicals),
  };
}

export function stackOf(template: Template, place: Place): Stack {
  assertTypes(template);
  const physicals = physicalsOf(template, place);
  const resources = { template, physicals };
  return {
    place,
    api: apiOf(template, place),
    functions: functionsOf(template, physicals, place),
    roles: rolesOf(template, physicals),
    rules: rulesOf(template, physicals, place),
    schedules: schedulesOf(template, physicals),
    machines: machinesOf(resources),
    tables: tablesOf(resources),
    buses: busesOf(resources),
    queues: queuesOf(resources),
    topics: topicsOf(resources),
    aliases: aliasesOf(resources),
    buckets: bucketsOf(resources),
    environment: (overrides) => environmentOf(template, physicals, overrides),
    resolve: (value) => resolveIntrinsics(value, physicals),
  };
}

const emulated = new Set([
  ...['Api', 'Authorizer', 'Integration', 'Route'].map((kind) => `AWS::ApiGatewayV2::${kind}`),
  ...['AWS::DynamoDB::Table', 'AWS::Events::EventBus', 'AWS::Events::EventBusPolicy', 'AWS::Events::Rule'],
  ...['AWS::IAM::InstanceProfile', 'AWS::IAM::Role', 'AWS::KMS::Alias', 'AWS::KMS::Key', 'AWS::Lambda::Function'],
  ...['AWS::Lambda::Permission', 'AWS::S3::Bucket', 'AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'AWS::SQS::Queue'],
  ...['AWS::SQS::QueuePolicy', 'AWS::StepFunctions::StateMachine'],
]);

/** Monitoring, settings of mail, throttling, and TLS at the bucket, which loopback does not have. */
const onAwsOnly = new Set([
  ...['AWS::ApiGatewayV2::Stage', 'AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard', 'AWS::Logs::LogGroup'],
  ...['AWS::Logs::MetricFilter', 'AWS::S3::BucketPolicy', 'AWS::SES::ConfigurationSet'],
  'AWS::SES::ConfigurationSetEventDestination',
]);

function assertTypes({ resources }: Template): void {
  for (const [logicalId, { type }] of resources)
    if (!emulated.has(type) && !onAwsOnly.has(type))
      throw new Error(`The template: ${logicalId}: ${type} is not understood by the local cloud`);
}
