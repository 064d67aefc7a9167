import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApiGateway } from '../../src/api-gateway/api-gateway.ts';
import { FunctionError } from '../../src/lambda/lambda.ts';
import type { Listener } from '../../src/listener.ts';

let api: Listener;
const failures: string[] = [];
const behaviours: Record<string, (event: unknown) => unknown> = {
  echo: (event) => event,
  fail: () => {
    throw new FunctionError('Secret', 'a secret');
  },
  hang: () => new Promise(() => {}),
  'too-large': () => {
    throw new FunctionError('RequestTooLargeException', 'too large');
  },
};
const route = (method: string, path: string, functionArn = 'echo') => ({ method, path, functionArn });

beforeAll(async () => {
  api = await startApiGateway({
    port: 0,
    accountId: '210987654321',
    integrationTimeoutMs: 100,
    routes: [
      route('GET', '/v1/keys/{key}'),
      route('POST', '/v1/keys'),
      route('GET', '/fail', 'fail'),
      route('GET', '/hang', 'hang'),
      route('POST', '/too-large', 'too-large'),
    ],
    invoke: async (functionArn, event) => behaviours[functionArn]?.(event),
    onFailure: ({ error }) => failures.push(String(error)),
  });
});
afterAll(() => api.close());

const post = async (headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>) =>
  (await fetch(`${api.url}/v1/keys`, { method: 'POST', headers, body })).json() as Promise<Record<string, unknown>>;

/** As `curl` would: `fetch` changes headers and paths. */
const raw = (path: string, headers: Record<string, string | string[]>) =>
  new Promise<Record<string, unknown>>((resolve, reject) => {
    httpRequest({ port: api.port, host: '127.0.0.1', path, headers }, async (response) => {
      resolve(JSON.parse((await response.toArray()).join('')));
    })
      .on('error', reject)
      .end();
  });

describe('the HTTP API', () => {
  it('gives the function an event of payload format 2.0', async () => {
    const event = await raw('/v1/keys/a%20b?x=1&x=2&y=%26&z', {
      'X-Twice': ['1', '2'],
      Cookie: 'a=1; b=2',
      'User-Agent': 'test',
      Host: 'api.example',
    });

    expect(event).toEqual({
      version: '2.0',
      routeKey: 'GET /v1/keys/{key}',
      rawPath: '/v1/keys/a b',
      rawQueryString: 'x=1&x=2&y=%26&z',
      cookies: ['a=1', 'b=2'],
      headers: {
        'x-twice': '1,2',
        'user-agent': 'test',
        host: 'api.example',
        connection: expect.any(String),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': String(api.port),
        'x-forwarded-proto': 'http',
      },
      queryStringParameters: { x: '1,2', y: '&', z: '' },
      pathParameters: { key: 'a b' },
      requestContext: {
        accountId: '210987654321',
        apiId: 'local',
        domainName: 'api.example',
        domainPrefix: 'api',
        http: { method: 'GET', path: '/v1/keys/a b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: expect.stringMatching(/^[\w-]{12}$/),
        routeKey: 'GET /v1/keys/{key}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      isBase64Encoded: false,
    });
  });

  it('hands JSON on as text, and a form, an unnamed type or bytes in base64', async () => {
    expect(await post({ 'content-type': 'application/json; charset=utf-8' }, '{"ä":1}')).toMatchObject({
      body: '{"ä":1}',
      isBase64Encoded: false,
    });
    expect(await post({ 'content-type': 'application/x-www-form-urlencoded' }, 'a=1')).toMatchObject({
      body: 'YT0x',
      isBase64Encoded: true,
    });
    expect(await post({}, new Uint8Array([255]))).toMatchObject({ body: '/w==', isBase64Encoded: true });
  });

  it('gives each response the id of its request', async () => {
    const result = await fetch(`${api.url}/v1/keys/k`);
    const event = (await result.json()) as { requestContext: { requestId: string } };

    expect(result.headers.get('apigw-requestid')).toBe(event.requestContext.requestId);
  });

  it.each([
    { what: 'an unknown path', method: 'GET', path: '/nowhere', status: 404, message: 'Not Found' },
    { what: 'OPTIONS without CORS', method: 'OPTIONS', path: '/v1/keys', status: 404, message: 'Not Found' },
    { what: 'a path that is badly encoded', method: 'GET', path: '/v1/keys/%zz', status: 400, message: 'Bad Request' },
    { what: 'a function that throws', method: 'GET', path: '/fail', status: 500, message: 'Internal Server Error' },
    {
      what: 'a function that takes too long',
      method: 'GET',
      path: '/hang',
      status: 503,
      message: 'Service Unavailable',
    },
    {
      what: 'a body that Lambda refuses',
      method: 'POST',
      path: '/too-large',
      status: 413,
      message: 'Request Entity Too Large',
    },
  ])('responds to $what with $status', async ({ method, path, status, message }) => {
    const result = await fetch(`${api.url}${path}`, { method });

    expect([result.status, await result.json()]).toEqual([status, { message }]);
  });

  it('handles HEAD on a GET route as unknown, without a body', async () => {
    const result = await fetch(`${api.url}/v1/keys/k`, { method: 'HEAD' });

    expect([result.status, await result.text()]).toEqual([404, '']);
  });

  it('reports the error of a function, but not to the client', async () => {
    const result = await fetch(`${api.url}/fail`);

    expect(await result.text()).not.toContain('secret');
    expect(failures).toContain('Secret: a secret');
  });

  it('refuses a body over 10 MB and continues to serve', async () => {
    const result = await fetch(`${api.url}/v1/keys`, { method: 'POST', body: new Uint8Array(10 * 2 ** 20 + 1) });

    expect([result.status, await result.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
    expect((await fetch(`${api.url}/v1/keys/k`)).status).toBe(200);
  });

  it('refuses headers over 10,240 bytes in all', async () => {
    expect((await fetch(`${api.url}/v1/keys/k`, { headers: { 'x-long': 'a'.repeat(10_240) } })).status).toBe(431);
  });
});
