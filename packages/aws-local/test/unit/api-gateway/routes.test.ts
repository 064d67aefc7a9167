import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRouter } from '../../../src/api-gateway/routes.ts';

const route = (method: string, path: string) => ({ method, path, functionArn: `${method} ${path}` });
const router = createRouter([
  route('ANY', '$default'),
  route('ANY', '/v1/{proxy+}'),
  route('GET', '/v1/keys/{key}'),
  route('GET', '/v1/keys/mine'),
  route('ANY', '/v1/keys/mine'),
  route('POST', '/v1/keys'),
  route('GET', '/v1/keys/{key}/grants'),
  route('GET', '/v1/{resource}/{id}/grants'),
]);
const keyOf = (method: string, path: string) => router(method, path)?.routeKey;

describe('the router', () => {
  it('prefers the exact path, then the variable, then the greedy one, then the default', () => {
    expect(keyOf('GET', '/v1/keys/mine')).toBe('GET /v1/keys/mine');
    expect(keyOf('GET', '/v1/keys/other')).toBe('GET /v1/keys/{key}');
    expect(keyOf('GET', '/v1/keys/other/grants')).toBe('GET /v1/keys/{key}/grants');
    expect(keyOf('GET', '/v1/keys/other/more')).toBe('ANY /v1/{proxy+}');
    expect(keyOf('GET', '/elsewhere')).toBe('$default');
  });

  it('prefers a named method to any', () => {
    expect(keyOf('PUT', '/v1/keys/mine')).toBe('ANY /v1/keys/mine');
    expect(keyOf('DELETE', '/v1/keys')).toBe('ANY /v1/{proxy+}');
  });

  it('gives the parameters of the path', () => {
    expect(router('GET', '/v1/keys/k 1')?.pathParameters).toEqual({ key: 'k 1' });
    expect(router('GET', '/v1/a/b/c')?.pathParameters).toEqual({ proxy: 'a/b/c' });
    expect(router('GET', '/')?.pathParameters).toEqual({});
  });

  it('takes a segment with nothing in it for no value, and a final slash for another path', () => {
    const strict = createRouter([route('GET', '/v1/keys/{key}'), route('GET', '/v1/keys'), route('GET', '/v1/{all+}')]);

    expect(strict('GET', '/v1/keys/')?.routeKey).toBe('GET /v1/{all+}');
    expect(strict('GET', '/v1/')).toBeNull();
    expect(strict('HEAD', '/v1/keys')).toBeNull();
  });

  it('refuses a route that is there twice', () => {
    expect(() => createRouter([route('GET', '/a'), route('GET', '/a')])).toThrow('GET /a');
  });

  it('never fails on a path, whatever it is', () => {
    fc.assert(fc.property(fc.string(), (path) => router('GET', `/${path}`)?.route !== undefined));
  });
});
