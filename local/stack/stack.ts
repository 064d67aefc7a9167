/**
 * What `serverless.yml` deploys, read from the same file that goes to AWS, so that the two can't drift: functions with
 * their triggers, environment, state machines, tables, buses, keys and buckets, under this cloud's names.
 * Does not: deploy, nor read what only AWS needs (permissions, alarms, outputs, bundling). What it reads and doesn't
 * understand throws.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withReads } from '#lib/model/delivery-proof.ts';
import { readFunction, type StackFunction, type Timing } from './functions.ts';
import { type Physicals, resolveIntrinsics } from './intrinsics.ts';
import { functionLogicalId, type Place, physicalOf, pseudoParameters, type Resource } from './physicals.ts';
import {
  aliasesOf,
  type Bus,
  bucketsOf,
  busesOf,
  keysOf,
  type Machine,
  machinesOf,
  type Resources,
  type Table,
  tablesOf,
} from './resources.ts';
import { type FunctionRole, functionRoles } from './roles.ts';
import { isRecord, resolveVariables } from './variables.ts';
import { parseYaml } from './yaml.ts';

export interface Rule {
  readonly name: string;
  readonly busArn: string;
  readonly pattern: Record<string, unknown>;
  /** As the packaging sets it (`scripts/deploy/template.ts`). */
  readonly state: 'ENABLED' | typeof withReads;
  readonly targets: readonly { readonly arn: string }[];
}

export interface Schedule {
  readonly ruleArn: string;
  readonly functionArn: string;
  readonly timing: Timing;
}

export interface Stack {
  readonly place: Place;
  readonly functions: readonly StackFunction[];
  /** One per function. */
  readonly roles: readonly FunctionRole[];
  readonly rules: readonly Rule[];
  readonly schedules: readonly Schedule[];
  readonly machines: readonly Machine[];
  readonly tables: readonly Table[];
  readonly buses: readonly Bus[];
  /** Inputs of KMS's `CreateAlias`. */
  readonly aliases: readonly Record<string, unknown>[];
  /** Names of S3 buckets. */
  readonly buckets: readonly string[];
}

export interface Template {
  readonly settings: Record<string, unknown>;
  readonly resources: ReadonlyMap<string, Resource>;
}

const records = (value: unknown): Record<string, unknown>[] => [value].flat().filter(isRecord);
const merged = (value: unknown): Record<string, unknown> => Object.assign({}, ...records(value));

/** Reads `serverless.yml` in `root`, with the variables of the stage put in. */
export function readTemplate(
  root: string,
  { stage, accountId, region }: Pick<Place, 'stage' | 'accountId' | 'region'>,
): Template {
  const raw = parseYaml(readFileSync(join(root, 'serverless.yml'), 'utf8'), 'serverless.yml');
  if (!isRecord(raw)) throw new Error('serverless.yml is empty');
  const byStage = isRecord(raw.params) ? raw.params : {};
  const params = { ...merged(byStage.default), ...merged(byStage[stage]) };
  const settings = resolveVariables(raw, { root, self: raw, params, stage, accountId, region });
  if (!isRecord(settings)) throw new Error('serverless.yml is empty');
  const declared = Object.assign({}, ...records(settings.resources).map((part) => part.Resources));
  const resources = Object.entries(declared).map(([logicalId, resource]): [string, Resource] => {
    if (!isRecord(resource)) throw new Error(`serverless.yml: ${logicalId} is no resource`);
    return [logicalId, { type: String(resource.Type), properties: merged(resource.Properties) }];
  });
  return { settings, resources: new Map(resources) };
}

/** The KMS keys that the template declares, for `CreateKey`; their ids then belong into `Place.keyIds`. */
export const declaredKeys = (template: Template, place: Place) => keysOf(placed(template, { ...place, keyIds: {} }));

/** The stack under its names in this cloud. */
export function stackOf(template: Template, place: Place): Stack {
  const resources = placed(template, place);
  const functions = functionsOf(template, place);
  return {
    place,
    functions,
    roles: rolesIn(template, resources, place),
    rules: functions.flatMap((each) => rulesOf(each, resources.physicals, place)),
    schedules: functions.flatMap((each) => schedulesOf(each, place)),
    machines: machinesOf(resources),
    tables: tablesOf(resources),
    buses: busesOf(resources),
    aliases: aliasesOf(resources),
    buckets: bucketsOf(resources),
  };
}

function rolesIn(template: Template, { physicals }: Resources, place: Place): FunctionRole[] {
  const functions = merged(template.settings.functions) as Parameters<typeof functionRoles>[0]['functions'];
  return functionRoles({ functions, mailFrom: plainSetting(template, 'MAIL_FROM'), place, physicals });
}

export const serviceOf = ({ settings }: Template) =>
  String(isRecord(settings.service) ? settings.service.name : settings.service);

/** The functions alone: they don't depend on what exists already. */
export const functionsOf = ({ settings }: Template, place: Place): StackFunction[] =>
  Object.entries(merged(settings.functions)).map(([key, each]) =>
    readFunction(key, each, { place, provider: merged(settings.provider) }),
  );

/** The HTTP API's authorizer: which function it asks, by which header, and for how long it keeps the result. */
export function authorizerOf(
  template: Template,
  place: Place,
): { functionArn: string; header: string; ttlSeconds: number } {
  const [declared] = [...template.resources.values()].filter(({ type }) => type === 'AWS::ApiGatewayV2::Authorizer');
  const { AuthorizerUri, IdentitySource, AuthorizerResultTtlInSeconds } = declared?.properties ?? {};
  const uri = String(resolveIntrinsics(AuthorizerUri, placed(template, place).physicals));
  const [, functionArn] = /\/functions\/(.+)\/invocations$/.exec(uri) ?? [];
  const [, header] = /^\$request\.header\.([\w-]+)$/.exec(String([IdentitySource].flat()[0])) ?? [];
  if (!functionArn || !header) throw new Error('serverless.yml: the authorizer has no function or no header to go by');
  return { functionArn, header: header.toLowerCase(), ttlSeconds: Number(AuthorizerResultTtlInSeconds) };
}

function placed(template: Template, place: Place): Resources {
  const physicals = new Map(pseudoParameters(place));
  for (const { key, name, arn } of functionsOf(template, place))
    physicals.set(functionLogicalId(key), { ref: name, attributes: { Arn: arn } });
  physicals.set('HttpApi', { ref: 'local', attributes: { ApiEndpoint: place.apiUrl } });
  for (const [logicalId, resource] of template.resources) {
    const physical = physicalOf(logicalId, resource, {
      ...place,
      resolve: (value) => resolveIntrinsics(value, physicals),
    });
    if (physical) physicals.set(logicalId, physical);
  }
  return { declared: template.resources, physicals };
}

function rulesOf(
  { key, arn, events }: StackFunction,
  physicals: Physicals,
  { service, stage, region, accountId }: Place,
): Rule[] {
  const rules = events.filter((event) => event.kind === 'rule');
  return rules.map(({ eventBus, pattern }, index) => {
    const bus = String(resolveIntrinsics(eventBus, physicals));
    return {
      name: `${service}-${stage}-${key}-rule-${index + 1}`,
      busArn: bus.startsWith('arn:') ? bus : `arn:aws:events:${region}:${accountId}:event-bus/${bus}`,
      pattern: merged(resolveIntrinsics(pattern, physicals)),
      state: [pattern.source].flat().includes('aws.kms') ? withReads : 'ENABLED',
      targets: [{ arn }],
    };
  });
}

const schedulesOf = ({ key, arn, events }: StackFunction, { service, stage, region, accountId }: Place): Schedule[] =>
  events
    .filter((event) => event.kind === 'schedule')
    .map(({ timing }, index) => ({
      ruleArn: `arn:aws:events:${region}:${accountId}:rule/${service}-${stage}-${key}-schedule-${index + 1}`,
      functionArn: arn,
      timing,
    }));

/**
 * What every function finds in its environment: one process runs them all, so they share one. What the local cloud sets
 * itself (`overrides`) takes precedence, and isn't resolved at all.
 */
export function environmentOf(
  template: Template,
  place: Place,
  overrides: Readonly<Record<string, string>>,
): Record<string, string> {
  const { physicals } = placed(template, place);
  const environment = new Map(Object.entries(overrides));
  for (const [name, value] of declaredVariables(template)) {
    if (name in overrides) continue;
    const text = String(resolveIntrinsics(value, physicals));
    if ((environment.get(name) ?? text) !== text) {
      throw new Error(`serverless.yml: functions differ in ${name}, and the local cloud runs them in one process`);
    }
    environment.set(name, text);
  }
  return Object.fromEntries(environment);
}

const declaredVariables = ({ settings }: Template) =>
  [settings.provider, ...Object.values(merged(settings.functions))].flatMap((each) =>
    Object.entries(merged(merged(each).environment)),
  );

/** A variable of `provider.environment` that needs no resource to be known; throws where it is missing. */
export function plainSetting({ settings }: Template, name: string): string {
  const value = merged(merged(settings.provider).environment)[name];
  if (typeof value !== 'string') throw new Error(`serverless.yml: provider.environment.${name} is no plain text`);
  return value;
}
