/** The requests of the rows about single operations, each of which succeeds once. */
import { deployedFunctions } from '../../scripts/deploy/deployed.ts';
import { operationsByFunction } from '../../scripts/deploy/routes.ts';
import { keyOfCustomer, type World } from './aws.ts';
import { type ApiRequest, apiEvent, lambdaContext } from './events.ts';
import { type RecordedCall, recordedCalls } from './recorded-calls.ts';

export interface Furnished extends World {
  /** An unregistered key of the customer. */
  readonly newArn: string;
}

type RequestOf = (world: Furnished) => ApiRequest;

/** By the operation's id, in the order of the requests. */
const operations: Readonly<Record<string, RequestOf>> = {
  registerKey: ({ newArn }) => ({ route: 'POST /v1/keys', body: { arn: newArn } }),
  getKey: ({ keyId }) => ({ route: 'GET /v1/keys/{key}', params: { key: keyId } }),
  listKeys: () => ({ route: 'GET /v1/keys' }),
  checkKey: ({ keyId }) => ({ route: 'POST /v1/keys/{key}/checks', params: { key: keyId }, body: {} }),
  createDatabase: ({ app, keyArn }) => ({
    route: 'POST /v1/databases',
    body: { name: 'orders', plan: 'private-7', app, encryptionKey: keyArn },
  }),
  getDatabase: () => ({ route: 'GET /v1/databases/{database}', params: { database: 'orders' } }),
  listDatabases: () => ({ route: 'GET /v1/databases' }),
  getImpact: ({ keyId }) => ({ route: 'GET /v1/keys/{key}/impact', params: { key: keyId } }),
  renameDatabase: () => ({
    route: 'PATCH /v1/databases/{database}',
    params: { database: 'orders' },
    body: { name: 'orders-2' },
  }),
  createSpace: () => ({ route: 'POST /v1/spaces', body: { name: 'another', tier: 'private' } }),
  createApp: () => ({
    route: 'POST /v1/apps',
    body: { name: 'another', space: 'another', admins: ['admin@example.com'] },
  }),
  getApp: ({ app }) => ({ route: 'GET /v1/apps/{app}', params: { app } }),
  createToken: () => ({ route: 'POST /v1/tokens', body: { name: 'another', scopes: ['read'] } }),
  listTimeline: () => ({ route: 'GET /v1/timeline' }),
  listLockouts: () => ({ route: 'GET /v1/lockouts' }),
};

/** The AWS calls of each operation, in sequence, of functions that run in this process. */
export async function callsOfOperations(
  world: World,
  root: string,
): Promise<ReadonlyMap<string, readonly RecordedCall[]>> {
  const furnished = { ...world, newArn: await keyOfCustomer(world.teamId) };
  const functions = deployedFunctions(root);
  const found = new Map<string, readonly RecordedCall[]>();
  for (const [key, requestOf] of Object.entries(operations)) {
    const file = fileOf(requestOf(furnished).route, functions);
    const { handler } = (await import(`${root}/${file}`)) as {
      handler: (event: unknown, context: unknown) => Promise<ApiResponse>;
    };
    let response: ApiResponse | undefined;
    const event = apiEvent(world, requestOf(furnished));
    found.set(
      key,
      await recordedCalls(async () => {
        response = await handler(event, lambdaContext());
      }),
    );
    if (!response || response.statusCode >= 300)
      throw new Error(`${key} was answered ${response?.statusCode}: ${response?.body}`);
  }
  return found;
}

/** The file of a route's function. */
function fileOf(route: string, functions: ReturnType<typeof deployedFunctions>): string {
  const [key = ''] = [...operationsByFunction(functions)].find(([, routes]) => routes.includes(route)) ?? [];
  const found = functions[key];
  if (!found) throw new Error(`No function has the route ${route}`);
  return found.handler.replace(/\.handler$/, '.ts');
}

interface ApiResponse {
  readonly statusCode: number;
  readonly body?: string;
}
