/** The static files of the console: each with its type, the entry for every page, and a strict policy on all. */
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { staticFiles } from '#lib/edge/static-files.ts';

const file = (name: string, type: string, text: string) => ({
  ...{ name, type, isImmutable: name.startsWith('assets/') },
  brotli: brotliCompressSync(text).toString('base64'),
});
const files = [file('index.html', 'text/html', 'the entry'), file('assets/a-1.js', 'text/javascript', 'the script')];
const get = (rawPath: string, headers: Record<string, string> = {}, given = files) =>
  staticFiles('/console', () => given)({ rawPath, headers } as unknown as APIGatewayProxyEventV2);

const textOf = ({ body = '' }: { body?: string | undefined }) => Buffer.from(body, 'base64').toString();

describe('the files', () => {
  it('are compressed for a client that takes brotli, and plain for others', async () => {
    const compressed = await get('/console/assets/a-1.js', { 'accept-encoding': 'gzip, br' });
    const plain = await get('/console/assets/a-1.js', { 'accept-encoding': 'gzip' });

    expect(compressed).toMatchObject({ body: files[1]?.brotli, headers: { 'content-encoding': 'br' } });
    expect(textOf(plain)).toBe('the script');
    expect(plain.headers).not.toHaveProperty('content-encoding');
  });

  it('never change under their names; the entry is revalidated every time', async () => {
    const { headers: script } = await get('/console/assets/a-1.js');
    const { headers: entry } = await get('/console');

    expect(script).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript',
    });
    expect(entry).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'text/html' });
  });

  it.each(['/console', '/console/', '/console/keys/key_a', '/console/../etc/passwd', '/console/index.html'])(
    '%s is a page: it has the entry',
    async (path) => {
      expect(textOf(await get(path))).toBe('the entry');
    },
  );

  it('that do not exist get 404 rather than the entry', async () => {
    expect(await get('/console/assets/a-0.js')).toMatchObject({ statusCode: 404 });
    expect(await get('/console', {}, [])).toMatchObject({
      statusCode: 404,
      body: expect.stringContaining('not built'),
    });
  });

  it('run no inline code and none of another origin, and cannot be framed', async () => {
    for (const path of ['/console', '/console/assets/a-1.js', '/console/assets/none'])
      expect((await get(path)).headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
          "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for " +
          "'script'; trusted-types 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
  });
});
