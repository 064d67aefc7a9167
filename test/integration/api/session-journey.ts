/**
 * A person signs in, works, and makes mistakes: every secret of the session is kept, so that a test can search for it.
 */
import { type ApiResponse, overHttp, type RequestOptions } from '#local/test-support/http.ts';
import type { Platform } from '#test/support/cloud.ts';
import type { Journey } from './secret-journey.ts';

interface Started {
  readonly accessToken: string;
}

/** The value of the cookie that the response sets. */
const cookieIn = ({ headers }: ApiResponse<unknown>): string =>
  /__Host-latchkey=([^;]*)/.exec(headers.get('set-cookie') ?? '')?.[1] ?? '';

/** Over HTTP, as a browser would: cookies and the Origin are headers. */
export async function sessionJourney(platform: Platform, record: Journey): Promise<void> {
  const { api } = platform.cloud.urls;
  const ask = overHttp(api);
  const { adminToken } = platform.tokens;
  const { code } = (await ask<{ code: string }>('POST /v1/sessions/codes', { token: adminToken })).body;
  const byCode = await ask<Started>('POST /v1/sessions', { body: { code } });
  const byToken = await ask<Started>('POST /v1/sessions', { body: { token: adminToken } });
  const cookies = { cookie: `__Host-latchkey=${cookieIn(byCode)}`, origin: api };
  const renewed = await ask<Started>('POST /v1/sessions/renewal', { headers: cookies });
  const unused = (await ask<{ code: string }>('POST /v1/sessions/codes', { token: adminToken })).body.code;
  const responses = [byCode, byToken, renewed];
  record.secrets.push(code, unused, ...responses.map(cookieIn), ...responses.map(({ body }) => body.accessToken));
  await use(platform, record, renewed.body.accessToken);
  await misuse(platform, record, { code, unused, access: renewed.body.accessToken, renewal: cookieIn(renewed) });
  await ask('DELETE /v1/sessions/current', { token: byToken.body.accessToken });
}

/** Changes something, and reads the pages that a person reads. */
async function use({ cloud }: Platform, { pages }: Journey, token: string): Promise<void> {
  const ask = overHttp(cloud.urls.api);
  await ask('PATCH /v1/apps/your-app-name/config-vars', { token, body: { GREETING: 'hello' } });
  const { items } = (await ask<{ items: { id: string }[] }>('GET /v1/keys', { token })).body;
  const to = new Date(Date.now() + 60_000).toISOString();
  const evidence = `/v1/keys/${items[0]?.id}/evidence?from=${new Date(Date.now() - 86_400_000).toISOString()}&to=${to}`;
  const html = { token, headers: { accept: 'text/html' } };
  for (const path of ['/v1/sessions', '/v1/tokens', '/v1/timeline', evidence]) {
    const { body } = await ask<unknown>(`GET ${path}`, html);
    pages.push(typeof body === 'string' ? body : JSON.stringify(body));
  }
}

interface Secrets {
  readonly code: string;
  readonly unused: string;
  readonly access: string;
  readonly renewal: string;
}

/** Secrets of a session where they do not belong. */
async function misuse({ cloud }: Platform, { errors }: Journey, its: Secrets): Promise<void> {
  const ask = overHttp(cloud.urls.api);
  const cookie = `__Host-latchkey=${its.renewal}`;
  const requests: readonly (readonly [line: string, ask: RequestOptions])[] = [
    ['POST /v1/sessions', { body: { code: its.code } }],
    ['POST /v1/sessions', { body: { token: its.access } }],
    ['POST /v1/sessions', { body: { token: its.renewal, code: its.unused } }],
    ['POST /v1/sessions', { raw: `{"code": "${its.unused}` }],
    ['POST /v1/sessions/renewal', { headers: { cookie, origin: 'https://evil.example' } }],
    ['GET /v1/apps', { token: its.renewal }],
    ['GET /v1/apps', { token: its.unused }],
    [`POST /v1/sessions/${its.access}/revocation`, { token: its.access }],
    [`GET /v1/keys?cursor=${its.access}`, { token: its.access }],
  ];
  for (const [line, more] of requests) {
    const { status, body, headers } = await ask<unknown>(line, more);
    if (status < 400) throw new Error(`${line} was not refused`);
    errors.push(JSON.stringify([body, [...headers]]));
  }
}
