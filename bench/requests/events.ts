/** Events of API Gateway (HTTP API, payload version 2) and Step Functions. */
import { randomUUID } from 'node:crypto';
import type { World } from './aws.ts';

export interface ApiRequest {
  /** `POST /v1/databases`, as in `serverless.yml`. */
  readonly route: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** With the authorizer's context, as every deployed request has it. */
export function apiEvent(
  { teamId, token }: Pick<World, 'teamId' | 'token'>,
  { route, params = {}, query, body }: ApiRequest,
) {
  const [method = '', template = ''] = route.split(' ');
  const path = template.replace(/\{(\w+)\+?\}/g, (_, name: string) => params[name] ?? 'absent');
  const lambda = { teamId, tokenId: 'tok_01k9vafd3zq8w5n4m2xj7ht6ra', scopes: 'read write admin', operator: false };
  return {
    version: '2.0',
    routeKey: route,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: {
      authorization: `Bearer ${token}`,
      host: 'api.example.com',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(query ? { queryStringParameters: query } : {}),
    pathParameters: Object.fromEntries(
      [...template.matchAll(/\{(\w+)\+?\}/g)].map(([, name = '']) => [name, params[name] ?? 'absent']),
    ),
    requestContext: { requestId: randomUUID(), http: { method, path }, authorizer: { lambda } },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  };
}

/** The Lambda context of handlers. */
export const lambdaContext = () => ({
  awsRequestId: randomUUID(),
  functionName: 'bench',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:210987654321:function:bench',
  memoryLimitInMB: '512',
  logGroupName: '/latchkey/bench',
  logStreamName: 'bench',
  getRemainingTimeInMillis: () => 29_000,
});
