/** Text that others wrote cannot change how the page around it reads, however hostile it is. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { arnParts, clientName, count, readable, shortArn } from '#console/view-models/names.ts';

test('controls and marks of direction are shown as what they are: not readable', () => {
  expect(readable('a\u202eb\u2066c\u0000d\u200fe\ud800f')).toBe('a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf');
  expect(readable('<script>alert(1)</script>')).toBe('<script>alert(1)</script>');
});

test('10 KB of text is cut, and says so', () => {
  const cut = readable('x'.repeat(10_240));

  expect(cut).toHaveLength(300);
  expect(cut.endsWith('…')).toBe(true);
});

test('no text contains control characters or exceeds the length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 2, max: 50 }), (text, most) => {
      const shown = readable(text, most);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(shown.length).toBeLessThanOrEqual(most);
    }),
  );
});

test('an ARN is shortened to the part that distinguishes keys', () => {
  const arn = 'arn:aws:kms:eu-west-1:111122223333:key/46d8eb9a-21dd-4904-8829-99298badf1e1';

  expect(arnParts(arn)).toMatchObject({ region: 'eu-west-1', account: '111122223333' });
  expect(shortArn(arn)).toBe('…/46d8eb9a');
});

test('counts have their unit', () => {
  expect([count(1, 'key'), count(1200, 'key'), count(2, 'person', 'people')]).toEqual([
    '1 key',
    '1,200 keys',
    '2 people',
  ]);
});

test('a client is called by its browser and its system, or as it calls itself', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
  const safari = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15';

  expect(clientName(chrome)).toBe('Chrome 156 on Linux');
  expect(clientName(`${chrome} Edg/156.0.1`)).toBe('Edge 156 on Linux');
  expect(clientName(safari)).toBe('Safari 18 on macOS');
  expect(clientName('Mozilla/5.0 (Windows NT 10.0; rv:133.0) Gecko/20100101 Firefox/133.0')).toBe(
    'Firefox 133 on Windows',
  );
  expect(clientName('curl/8.1')).toBe('curl/8.1');
  expect(clientName(null)).toBe('an unnamed client');
});
