/** The parts of an HTTP exchange that few operations need: cookies, the Origin and the user agent. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Problem } from '#lib/model/problem.ts';

export interface Exchange {
  /** The value of a cookie of the request; null without it. */
  cookie(name: string): string | null;
  /** Sets a cookie for this host that scripts cannot read; `null` removes it. */
  setCookie(name: string, value: string | null, seconds: number): void;
  /** Throws `forbidden` unless the request comes from a page of this host. */
  assertOwnOrigin(): void;
  readonly userAgent: string | null;
}

const maxUserAgentLength = 200;

/** `cookies` collects the cookies of the response. */
export const exchangeOf = (event: APIGatewayProxyEventV2, cookies: string[]): Exchange => ({
  cookie: (name) => event.cookies?.map((each) => each.split('=')).find(([key]) => key === name)?.[1] ?? null,
  setCookie: (name, value, seconds) => {
    cookies.push(
      `${name}=${value ?? ''}; Path=/; Max-Age=${value === null ? 0 : seconds}; HttpOnly; Secure; SameSite=Strict`,
    );
  },
  assertOwnOrigin: () => {
    const { origin = '', host = '' } = event.headers;
    if (!isOwn(origin, host))
      throw new Problem('forbidden', 'Only a page of this host may renew a session; the Origin differs.');
  },
  userAgent: userAgentOf(event),
});

/** `http` on loopback only, where browsers accept Secure cookies too. */
function isOwn(origin: string, host: string): boolean {
  if (!URL.canParse(origin) || host === '') return false;
  const url = new URL(origin);
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  return url.host === host && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback));
}

/** Printable ASCII, since clients may send anything. */
const userAgentOf = ({ headers }: APIGatewayProxyEventV2): string | null =>
  headers['user-agent']?.replace(/[^\x20-\x7e]/g, '').slice(0, maxUserAgentLength) || null;
