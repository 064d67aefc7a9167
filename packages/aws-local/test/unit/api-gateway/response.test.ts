import { describe, expect, it } from '@jest/globals';
import { responseOf } from '../../../src/api-gateway/response.ts';

const json = { 'content-type': 'application/json' };
const failure = { status: 500, headers: json, body: '{"message":"Internal Server Error"}' };

describe('the response of an HTTP API', () => {
  it('infers 200 and JSON where the function gives no status', () => {
    expect(responseOf({ a: 1 })).toEqual({ status: 200, headers: json, body: '{"a":1}' });
    expect(responseOf('Hello')).toEqual({ status: 200, headers: json, body: 'Hello' });
    expect(responseOf([1])).toEqual({ status: 200, headers: json, body: '[1]' });
    expect(responseOf(null)).toEqual({ status: 200, headers: json, body: 'null' });
  });

  it('takes status, headers, cookies and body as the function gives them', () => {
    const output = {
      statusCode: 201,
      headers: { Location: '/a', 'X-Number': 1 },
      cookies: ['a=1', 'b=2'],
      body: 'made',
    };

    expect(responseOf(output)).toEqual({
      status: 201,
      headers: {
        'content-type': 'text/plain;charset=UTF-8',
        location: '/a',
        'x-number': '1',
        'set-cookie': ['a=1', 'b=2'],
      },
      body: 'made',
    });
    expect(responseOf({ statusCode: 204 })).toMatchObject({ status: 204, body: '' });
    expect(responseOf({ statusCode: '200', body: 'AAE=', isBase64Encoded: true }).body).toEqual(Buffer.from([0, 1]));
  });

  it.each([
    ['a status that is no number', { statusCode: 'ok' }],
    ['a status that HTTP does not have', { statusCode: 999 }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['headers that are no record', { statusCode: 200, headers: ['a'] }],
    ['cookies that are no list', { statusCode: 200, cookies: 'a=1' }],
  ])('is an error for %s', (_what, output) => {
    expect(responseOf(output)).toEqual(failure);
  });
});
