/** Which of a function's routes a request matches: by API Gateway's route key, else by the path. */
import { describe, expect, it } from '@jest/globals';
import { createRouter } from 'aws-local/api-gateway';
import fc from 'fast-check';
import { createFind, type RoutedEvent } from '#lib/edge/routes.ts';

const keys = [
  'GET /v1/keys',
  'GET /v1/keys/{key}',
  'GET /v1/keys/special',
  'GET /v1/keys/{key}/timeline',
  'GET /v1/openapi.json',
  'POST /v1/keys',
  'GET /data/{addon}/{rest+}',
  'GET /data/{addon}/window',
];
const find = createFind(Object.fromEntries(keys.map((key) => [key, key])));
const event = (line: string, more: Partial<RoutedEvent> = {}): RoutedEvent => {
  const [method = '', rawPath = ''] = line.split(' ');
  return { routeKey: 'GET /v1/{path+}', rawPath, requestContext: { http: { method } }, ...more };
};
const found = (line: string) => {
  const match = find(event(line));
  return match && [match.route, { ...match.pathParameters }];
};

describe('a route', () => {
  it('is the one that API Gateway names, with its parameters', () => {
    const named = { routeKey: 'GET /v1/keys/{key}', pathParameters: { key: 'k-1' } };

    expect(find(event('GET /v1/keys/special', named))).toEqual({
      key: 'GET /v1/keys/{key}',
      route: 'GET /v1/keys/{key}',
      pathParameters: { key: 'k-1' },
    });
  });

  it.each([
    ['GET /v1/keys', 'GET /v1/keys', {}],
    ['GET /v1/keys/k-1', 'GET /v1/keys/{key}', { key: 'k-1' }],
    ['GET /v1/keys/ä%2/timeline', 'GET /v1/keys/{key}/timeline', { key: 'ä%2' }],
    ['GET /v1/keys/special', 'GET /v1/keys/special', {}],
    ['GET /v1/keys/__proto__', 'GET /v1/keys/{key}', { key: '__proto__' }],
    ['GET /data/x/window', 'GET /data/{addon}/window', { addon: 'x' }],
    ['GET /data/x/history/', 'GET /data/{addon}/{rest+}', { addon: 'x', rest: 'history/' }],
  ])('of %s is %s', (line, key, pathParameters) => {
    expect(found(line)).toEqual([key, pathParameters]);
  });

  it.each(['DELETE /v1/keys', 'GET /v1/keys/', 'GET /v1/openapiXjson', 'GET /v1/keys/a/b', 'GET /data/x/', 'GET /'])(
    'of %s is none',
    (line) => {
      expect(found(line)).toBeNull();
    },
  );

  it('is the one that API Gateway would select', () => {
    const router = createRouter(
      keys.map((key) => {
        const [method = '', path = ''] = key.split(' ');
        return { method, path, functionArn: key };
      }),
    );
    const segment = fc.constantFrom('v1', 'keys', 'special', 'timeline', 'data', 'window', 'x', 'openapi.json', '');

    fc.assert(
      fc.property(fc.constantFrom('GET', 'POST'), fc.array(segment, { maxLength: 5 }), (method, segments) => {
        const path = `/${segments.join('/')}`;
        const expected = router(method, path);
        expect(found(`${method} ${path}`)).toEqual(expected && [expected.routeKey, expected.pathParameters]);
      }),
    );
  });
});
