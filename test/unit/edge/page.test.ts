/** When a response is an HTML page, and the page's content security policy. */
import { describe, expect, it } from '@jest/globals';
import { asPage, wantsPage } from '#lib/edge/page.ts';

const asking = (accept?: string) => wantsPage({ headers: accept === undefined ? {} : { accept } });

describe('HTML responses', () => {
  it('go to clients that accept HTML, and not JSON first', () => {
    for (const accept of [
      'text/html',
      'text/html,application/xhtml+xml,*/*;q=0.8',
      'Text/HTML; charset=utf-8',
      'text/html, application/json',
    ])
      expect([accept, asking(accept)]).toEqual([accept, true]);
    for (const accept of [
      undefined,
      '',
      '*/*',
      'application/json',
      'application/json, text/html',
      'text/*',
      'text/htmlish',
    ])
      expect([accept, asking(accept)]).toEqual([accept, false]);
  });
});

it('a page lets its own style sheets count, and nothing else', () => {
  const result = { statusCode: 200, headers: { 'content-type': 'application/json', 'x-request-id': 'r' }, body: '{}' };
  const { headers, body } = asPage(result, '<style>a{}</style>');

  expect(body).toBe('<style>a{}</style>');
  expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'x-request-id': 'r' });
  expect(headers?.['content-security-policy']).toBe(
    "default-src 'none'; frame-ancestors 'none'; style-src 'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk='",
  );
});
