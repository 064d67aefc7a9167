import { beforeEach, describe, expect, it } from '@jest/globals';
import { createAuthorizer } from '../../../src/api-gateway/authorizer.ts';

/** Held to API Gateway's developer guide, "Control access to HTTP APIs with AWS Lambda authorizers". */
const events: unknown[] = [];
beforeEach(() => {
  events.length = 0;
});

const authorizer = (ttlMs: number, result: unknown = { isAuthorized: true, context: { teamId: 'team_1' } }) =>
  createAuthorizer(
    { functionArn: 'authorizer', header: 'authorization', ttlMs, isFor: (routeKey) => routeKey !== 'GET /open' },
    async (_, event) => {
      events.push(event);
      if (result instanceof Error) throw result;
      return result;
    },
  );
const request = (headers: Record<string, string>, routeKey = 'GET /v1/keys/{key}') => ({
  version: '2.0',
  routeKey,
  headers,
  body: 'secret',
});
const bearer = { authorization: 'Bearer shop_1' };

describe('an authorizer', () => {
  it('is invoked with the request without its body, and its context goes to the function', async () => {
    expect(await authorizer(0)(request(bearer))).toEqual({ context: { teamId: 'team_1' } });
    expect(events).toEqual([
      {
        version: '2.0',
        type: 'REQUEST',
        routeKey: 'GET /v1/keys/{key}',
        headers: bearer,
        identitySource: ['Bearer shop_1'],
        routeArn: expect.stringMatching(/\/GET\/v1\/keys\/\{key\}$/),
      },
    ]);
  });

  it('is invoked once for an identity on any route, until its result expires', async () => {
    const authorize = authorizer(60);
    await authorize(request(bearer));
    await authorize(request(bearer, 'POST /v1/tokens'));
    expect(events).toHaveLength(1);
    await authorize(request({ authorization: 'Bearer shop_2' }));
    expect(events).toHaveLength(2);
    await new Promise((resolve) => setTimeout(resolve, 70));
    await authorize(request(bearer));
    expect(events).toHaveLength(3);
  });

  it('is not invoked without the identity source, which is refused at once, nor for an open route', async () => {
    expect(await authorizer(60)(request({}))).toMatchObject({
      refusal: { status: 401, body: '{"message":"Unauthorized"}' },
    });
    expect(await authorizer(60)(request({}, 'GET /open'))).toEqual({ context: null });
    expect(events).toEqual([]);
  });

  it.each<[string, unknown, number]>([
    ['does not authorise', { isAuthorized: false }, 403],
    ['fails', new Error('a secret'), 500],
    ['answers no simple response', { principalId: 'x' }, 500],
  ])('that %s ends the request', async (...[, result, status]) => {
    expect(await authorizer(60, result)(request(bearer))).toMatchObject({ refusal: { status } });
  });
});
