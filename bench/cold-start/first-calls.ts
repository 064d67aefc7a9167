/**
 * First calls of each function: of a read, and of a few creates, one that succeeds. A change names a subject that does
 * not exist, so that each round finds the same: it is then refused or over after its reads.
 */

import { create } from '#lib/wiring/databases.ts';
import { listStates, readMachine } from '#statemachines/definitions.ts';
import type { Deployed } from '../../scripts/deploy/deployed.ts';
import { operationsByFunction, routeKeysOf } from '../../scripts/deploy/routes.ts';
import type { World } from '../requests/aws.ts';
import { apiEvent } from '../requests/events.ts';

/** An app of the team. */
export interface Subjects extends World {
  readonly databaseId: string;
}

export interface FirstCall {
  /** The function's key. */
  readonly key: string;
  /** A route, as `GET /v1/keys/{key}`, or a step, as `Stop services`. */
  readonly name: string;
  readonly event: unknown;
}

/** Requests a database of the team; returns its id. */
export async function databaseOf({ teamId, app, keyArn }: World): Promise<string> {
  const actor = { kind: 'operator', id: 'bench' } as const;
  return (await create()({ teamId, actor, name: 'orders', plan: 'private-7', app, encryptionKey: keyArn })).id;
}

const absent = (kind: string) => `${kind}_01k9vafd3zq8w5n4m2xj7ht6ra`;

/** The route or step that stands for a function, where it is not the first. */
const typical: Readonly<Record<string, string>> = {
  apiReads: 'GET /v1/keys/{key}',
  apiKeys: 'POST /v1/keys/{key}/checks',
  apiCredentials: 'GET /v1/databases/{database}/credentials',
  apiChanges: 'POST /v1/apps',
  herokuReads: 'GET /apps',
  herokuChanges: 'POST /apps',
  herokuRedis: 'GET /redis/v0/databases/{database}',
  apiService: 'GET /v1/health',
  apiSessions: 'GET /v1/sessions',
};

const bodies: Readonly<Record<string, (subjects: Subjects) => unknown>> = {
  'POST /v1/databases': ({ app, keyArn }) => ({ plan: 'private-7', app, encryptionKey: keyArn }),
  'POST /v1/tokens': () => ({ name: 'another', scopes: ['read'] }),
  'POST /v1/apps': ({ app }) => ({ name: app, admins: ['admin@example.com'] }),
  'POST /v1/spaces': () => ({ name: 'bench', tier: 'private' }),
  'POST /v1/keys': ({ keyArn }) => ({ arn: keyArn }),
  'POST /v1/keys/{key}/contacts': () => ({ email: 'security@example.com' }),
  'POST /v1/keys/{key}/drills': () => ({ mode: 'simulated' }),
  'POST /v1/databases/{database}/promotion': ({ app }) => ({ app }),
};

/** One for each function, or with `all` one for each route and step. */
export function firstCalls(
  functions: readonly (readonly [string, Deployed])[],
  subjects: Subjects,
  all: boolean,
): FirstCall[] {
  const operations = operationsByFunction(Object.fromEntries(functions));
  return functions.flatMap(([key, settings]) => {
    const calls = callsOf(key, settings, { subjects, operations: operations.get(key) ?? [] });
    const chosen = calls.find(({ name }) => name === typical[key]) ?? calls[0];
    if (!chosen) throw new Error(`${key} has no route and no step`);
    return all ? calls : [chosen];
  });
}

interface CallsInput {
  readonly subjects: Subjects;
  /** The REST API's operations that the function serves, by route key. */
  readonly operations: readonly string[];
}

function callsOf(key: string, settings: Deployed, { subjects, operations }: CallsInput): FirstCall[] {
  if (settings.handler.startsWith('functions/tasks/'))
    return stepsOf(settings.handler).map((step) => ({
      key,
      name: step,
      event: { ...taskInput(subjects), ...inputs[key], step },
    }));
  const own = routeKeysOf(settings).filter((routeKey) => routeKey !== '$default' && !routeKey.endsWith('+}'));
  const routes = new Set([...(typical[key]?.includes(' /') ? [typical[key]] : []), ...own, ...operations]);
  return [...routes].map((route) => ({ key, name: route, event: requestFor(route, subjects) }));
}

/** The states of its machine that call a function: those in the machine's Maps call the function of its batches. */
function stepsOf(handler: string): string[] {
  const [, machine = '', batches] = /\/([\w-]+?)(-batches)?\.handler$/.exec(handler) ?? [];
  const placeholder = batches ? '${BatchesArn}' : '${StepsArn}';
  return listStates(readMachine(machine)).flatMap(([name, { Resource }]) => (Resource === placeholder ? [name] : []));
}

function requestFor(route: string, subjects: Subjects): unknown {
  const isRead = route.startsWith('GET ') || route.endsWith('/checks');
  const params = isRead ? { key: subjects.keyId, database: subjects.databaseId, app: subjects.app } : {};
  const hasBody = /^(POST|PATCH) /.test(route);
  return apiEvent(subjects, { route, params, body: hasBody ? (bodies[route]?.(subjects) ?? {}) : undefined });
}

/** Members of a machine's input that another machine has in another form. */
const inputs: Readonly<Record<string, object>> = { dailyBackups: { run: '2026-11-29' } };

/** The union of the inputs of all steps; each step takes its members. */
const taskInput = ({ teamId, keyId }: Subjects) => ({
  ...{ teamId, keyId, lockoutId: absent('lock'), databaseId: absent('db'), backupId: absent('bak') },
  ...{ drillId: absent('drl'), dueAt: '2026-11-29T03:00:00.000Z' },
  run: 1,
  batch: { after: null, upTo: null },
  taken: { objectBytes: 1000, memoryBytes: 1000 },
  error: { Error: 'Problem', Cause: 'none' },
  shard: 0,
  after: null,
});
