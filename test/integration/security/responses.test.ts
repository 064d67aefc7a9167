/** Headers, sizes and request ids of every kind of response over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { type ApiResponse, overHttp, type RequestOptions, type SendRequest } from '#local/test-support/http.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';

let platform: Platform;
let ask: SendRequest;
beforeAll(async () => {
  platform = await aPlatform();
  const over = overHttp(platform.cloud.urls.api);
  ask = (line, more: RequestOptions = {}) => over(line, { token: platform.tokens.adminToken, ...more });
});
afterAll(() => platform.close());

const guards = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};
const guarded = ({ headers }: ApiResponse<unknown>) =>
  Object.fromEntries(Object.keys(guards).map((name) => [name, headers.get(name)]));

/** Requests for every kind of response, by their expected status. */
const requests: readonly (readonly [status: number, line: string, ask?: RequestOptions])[] = [
  [200, 'GET /v1/health', { token: null }],
  [200, 'GET /v1/apps'],
  [201, 'POST /v1/spaces', { body: { name: 'guarded' } }],
  [400, 'POST /v1/spaces', { body: {} }],
  [401, 'GET /v1/apps', { token: 'latchkey_wrong' }],
  [404, 'GET /v1/nothing'],
  [404, 'GET /v1/apps/nothing'],
  [405, 'DELETE /v1/apps'],
  [405, 'DELETE /v1/sessions/codes'],
  [405, 'DELETE /v1/sessions/renewal'],
  [409, 'POST /v1/spaces', { body: { name: 'guarded' } }],
  [413, 'POST /v1/spaces', { raw: JSON.stringify({ name: 'x'.repeat(256 * 1024) }) }],
  [415, 'POST /v1/spaces', { raw: 'name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
];

describe('a response over HTTP', () => {
  it.each(requests)('of %i to %s is guarded, and has a request id of its own', async (...[status, line, more]) => {
    const [response, again] = [await ask(line, more), await ask(line, more)];
    expect(response.status).toBe(status);
    expect(guarded(response)).toEqual(guards);

    const ids = [response, again].map(({ headers }) => headers.get('x-request-id'));
    for (const id of ids) expect(id).toMatch(/^\S{8,}$/);
    expect(new Set(ids).size).toBe(2);
    if (status >= 400) expect(response.body.instance).toBe(ids[0]);
  });

  it('names the request in the log as it does to the client', async () => {
    const { headers } = await ask('GET /v1/apps/not-there');
    expect(platform.logged.filter((line) => line.includes(headers.get('x-request-id') ?? 'none'))).toHaveLength(1);
  });

  it('comes to a body of just 256 KiB, as to any other', async () => {
    const frame = JSON.stringify({ name: '' }).length;
    const raw = JSON.stringify({ name: 'x'.repeat(256 * 1024 - frame) });
    expect(await ask('POST /v1/spaces', { raw })).toBeProblem('invalid_request');
  });

  it('is a refusal to headers over 10 KB', async () => {
    expect((await ask('GET /v1/apps', { headers: { 'x-much': 'x'.repeat(10_300) } })).status).toBe(431);
  });
});
