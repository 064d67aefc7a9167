/** Cookies and the Origin of a request, as the operations of sessions see them. */
import { describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { exchangeOf } from '#lib/edge/exchange.ts';
import '#test/support/matchers.ts';

const exchange = (event: object, cookies: string[] = []) =>
  exchangeOf({ headers: {}, ...event } as unknown as APIGatewayProxyEventV2, cookies);

describe('cookies', () => {
  it('are read by their whole name', () => {
    const { cookie } = exchange({ cookies: ['a=1', '__Host-latchkey=x.y', '__Host-latchkey2=z'] });

    expect([cookie('__Host-latchkey'), cookie('latchkey'), cookie('a')]).toEqual(['x.y', null, '1']);
    expect(exchange({}).cookie('a')).toBeNull();
  });

  it('are set for this host alone, out of the reach of scripts and of other sites', () => {
    const cookies: string[] = [];
    exchange({}, cookies).setCookie('__Host-a', 'x', 60);
    exchange({}, cookies).setCookie('__Host-a', null, 60);

    expect(cookies).toEqual([
      '__Host-a=x; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Strict',
      '__Host-a=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict',
    ]);
  });
});

describe('the Origin', () => {
  it.each([
    ['https://api.example.com', 'api.example.com'],
    ['http://127.0.0.1:4000', '127.0.0.1:4000'],
    ['http://localhost:4000', 'localhost:4000'],
  ])('%s is the own one of %s', (origin, host) => {
    expect(() => exchange({ headers: { origin, host } }).assertOwnOrigin()).not.toThrow();
  });

  it.each([
    ['https://evil.example', 'api.example.com'],
    ['http://api.example.com', 'api.example.com'],
    ['https://api.example.com:8443', 'api.example.com'],
    ['https://api.example.com.evil.example', 'api.example.com'],
    ['null', 'api.example.com'],
    ['', 'api.example.com'],
    ['http://127.0.0.1:4001', '127.0.0.1:4000'],
    ['https://api.example.com', ''],
  ])('%s is another one than %s', async (origin, host) => {
    const attempt = async () => exchange({ headers: { origin, host } }).assertOwnOrigin();

    await expect(attempt()).rejects.toBeProblem('forbidden');
  });
});

it('a client names itself in printable ASCII, of bounded length', () => {
  expect(exchange({ headers: { 'user-agent': 'Mozilla\u0007/5.0 \u202eé' } }).userAgent).toBe('Mozilla/5.0 ');
  expect(exchange({ headers: { 'user-agent': 'x'.repeat(5000) } }).userAgent).toHaveLength(200);
  expect(exchange({}).userAgent).toBeNull();
});
