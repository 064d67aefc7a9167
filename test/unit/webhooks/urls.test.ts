/** Which URLs a webhook may have: what is refused, with what to change, and in which form a URL is kept. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { targetOf } from '#lib/model/webhook-url.ts';

const deployed = { isLoopbackAllowed: false };
const local = { isLoopbackAllowed: true };
const kept = (text: string, rules = deployed): string | null => {
  const target = targetOf(text, rules);
  return typeof target === 'string' ? null : target.url.href;
};

describe('in a deployment', () => {
  it.each([
    ['https://hooks.example.com/latchkey?team=1', 'https://hooks.example.com/latchkey?team=1'],
    ['https://HOOKS.Example.com', 'https://hooks.example.com/'],
    ['https://hooks.example.com:443/a', 'https://hooks.example.com/a'],
    ['https://hooks.example.com:8443/a', 'https://hooks.example.com:8443/a'],
    ['https://bücher.example/a', 'https://xn--bcher-kva.example/a'],
    ['https://1.1.1.1/a', 'https://1.1.1.1/a'],
    ['https://[2606:4700:4700::1111]/a', 'https://[2606:4700:4700::1111]/a'],
  ])('%s is allowed', (text, href) => {
    expect(kept(text)).toBe(href);
  });

  it.each([
    'http://hooks.example.com/',
    'ftp://hooks.example.com/',
    'file:///etc/passwd',
    'gopher://hooks.example.com/',
    'javascript:alert(1)',
    'https://user:pass@hooks.example.com/',
    'https://user@hooks.example.com/',
    'https://hooks.example.com@169.254.169.254/',
    'https://hooks.example.com\\@169.254.169.254/',
    'https:\\\\hooks.example.com\\',
    'https://hooks.example.com/#fragment',
    'https://hooks.example.com/#',
    'https://hooks.example.com:22/',
    'https://hooks.example.com:6379/',
    'https://hooks.example.com:80/',
    'https://hooks.example.com./',
    'https://localhost/',
    'https://localhost./',
    'https://intranet/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://16843009/',
    'https://１２７.0.0.1/',
    'https://127。0。0。1/',
    'https://0.0.0.0/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
    'https://10.0.0.1/',
    'https://100.64.0.1/',
    ' https://hooks.example.com/',
    'https://hooks.example.com/a b',
    'https://hooks.exa\nmple.com/',
    'https://',
    'hooks.example.com',
    `https://hooks.example.com/${'a'.repeat(2048)}`,
  ])('%j is refused', (text) => {
    expect(kept(text)).toBeNull();
  });

  it('a refusal says what to change', () => {
    expect(targetOf('http://hooks.example.com/', deployed)).toBe("A webhook's URL begins with https://.");
    expect(targetOf('https://hooks.example.com:22/', deployed)).toBe('The port is not allowed. Use 443 or 8443.');
    expect(targetOf('https://user:pass@example.com/', deployed)).not.toContain('pass@');
  });
});

describe('on the local cloud', () => {
  it.each(['http://127.0.0.1:4000/a', 'http://localhost:3000/', 'https://[::1]:9000/', 'https://127.0.0.1:8000/'])(
    '%s is allowed',
    (text) => {
      expect(kept(text, local)).not.toBeNull();
    },
  );

  it.each([
    'http://hooks.example.com/',
    'http://10.0.0.1:4000/',
    'http://169.254.169.254/',
    'http://0.0.0.0:4000/',
    'http://2130706433:4000/',
    'http://user@127.0.0.1:4000/',
    'ftp://127.0.0.1/',
  ])('%s is refused', (text) => {
    expect(kept(text, local)).toBeNull();
  });
});

it('no text makes the check throw, and what is kept is allowed again in the same form', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.ipV4().map((ip) => `https://${ip}/`),
    fc.ipV6().map((ip) => `https://[${ip}]/`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const href = kept(text);
      return href === null || (href.startsWith('https://') && kept(href) === href);
    }),
  );
});
