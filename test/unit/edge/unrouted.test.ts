/** Responses to paths and methods without a route. */
import { describe, expect, it } from '@jest/globals';
import { methodsOf, unroutedResponse } from '#lib/edge/unrouted.ts';
import { operations } from '../../../scripts/documents/operations.ts';

const respond = (method: string, rawPath: string) => {
  const answered = unroutedResponse({ rawPath, requestContext: { requestId: 'req-1', http: { method } } });
  return { ...answered, body: JSON.parse(answered.body ?? 'null') as Record<string, unknown> };
};

describe('a request without a route', () => {
  it('is 405 where the path has other methods, and says which', () => {
    const { statusCode, headers, body } = respond('TRACE', '/v1/databases/orders');

    expect([statusCode, headers?.allow]).toEqual([405, 'DELETE, GET, PATCH']);
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json',
      'x-request-id': 'req-1',
      'cache-control': 'no-store',
    });
    expect(body).toMatchObject({ status: 405, detail: 'This path has no TRACE; it has DELETE, GET, PATCH.' });
  });

  it.each(['/v1', '/v1/', '/v1/nothing', '/v1/databases/', '/v1/databases/a/b', '/v1/openapiXjson'])(
    'is 404 at %s',
    (path) => {
      const { statusCode, headers, body } = respond('GET', path);
      expect([statusCode, headers?.['content-type']]).toEqual([404, 'application/problem+json']);
      expect(body).toMatchObject({ status: 404, instance: 'req-1' });
    },
  );

  it('is in the Heroku CLI’s format outside the REST API', () => {
    const { statusCode, headers, body } = respond('GET', '/addons/x/nothing');
    expect([statusCode, headers?.['content-type']]).toEqual([404, 'application/json']);
    expect(body).toMatchObject({ id: 'not_found', message: expect.stringContaining('No resource has this path') });
  });

  it('knows the methods of every path that there is', () => {
    for (const { method, path } of operations) expect(methodsOf(path.replaceAll(/\{\w+\}/g, 'x-1'))).toContain(method);
  });
});
