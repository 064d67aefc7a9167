import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arnGlobMatches, globMatches } from '../../../src/iam/glob.ts';

const byRegularExpression = (pattern: string, value: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^$()|[\]{}\\]/g, '\\$&')
      .replaceAll('*', '[^]*')
      .replaceAll('?', '[^]')}$`,
  ).test(value);

describe('wildcards', () => {
  it('match as the same pattern written as a regular expression does', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', ':', '.', '*', '?'), maxLength: 12 });
    const plain = fc.string({ unit: fc.constantFrom('a', 'b', ':', '.'), maxLength: 16 });
    fc.assert(
      fc.property(letters, plain, (pattern, value) => {
        expect(globMatches(pattern, value)).toBe(byRegularExpression(pattern, value));
      }),
      { numRuns: 2000 },
    );
  });

  it('match any value by a star, and themselves when they have no wildcard', () => {
    fc.assert(fc.property(fc.string(), (value) => globMatches('*', value)));
    fc.assert(fc.property(fc.stringMatching(/^[a-z:-]*$/), (value) => globMatches(value, value)));
  });

  it('decide a hostile pattern at once', () => {
    expect(globMatches(`${'a*'.repeat(500)}b`, 'a'.repeat(2000))).toBe(false);
  });

  it.each([
    ['arn:aws:iam::*:role/shop-*', 'arn:aws:iam::210987654321:role/shop-data-plane', true],
    ['arn:aws:iam::210987654321:role/*', 'arn:aws:iam::999999999999:role/x', false],
    ['arn:aws:*:role/x', 'arn:aws:iam::210987654321:role/x', false],
    ['*', 'arn:aws:iam::210987654321:role/x', false],
  ])('compare ARNs part by part: %s and %s', (pattern, arn, matches) => {
    expect(arnGlobMatches(pattern, arn)).toBe(matches);
  });
});
