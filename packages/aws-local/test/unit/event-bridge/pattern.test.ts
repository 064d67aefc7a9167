import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern, parsePattern } from '../../../src/event-bridge/pattern.ts';
import { event, matching, missing, refused } from '../../contracts/event-patterns.ts';

describe('an event pattern', () => {
  it.each(matching)('matches %s', (_name, pattern) => {
    expect(compilePattern(pattern)(event)).toBe(true);
  });

  it.each(missing)('does not match %s', (_name, pattern) => {
    expect(compilePattern(pattern)(event)).toBe(false);
  });

  it.each(refused)('is refused with %s', (_name, pattern, reason) => {
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({ code: 'InvalidEventPatternException', message: expect.stringMatching(reason) }),
    );
  });

  it.each(['{', '', 'null', '"x"', `{"source":["${'x'.repeat(5000)}"]}`])('is refused as the text %p', (text) => {
    expect(() => parsePattern(text)).toThrow(expect.objectContaining({ code: 'InvalidEventPatternException' }));
  });
});

const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '\\', '.'), maxLength: 8 });
const escapeRegExp = (literal: string) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('event patterns in general', () => {
  it('agree with regular expressions on wildcards', () => {
    const glob = fc
      .array(fc.constantFrom('a', 'b', '.', '*', '\\*', '\\\\'), { maxLength: 8 })
      .filter((parts) => !parts.some((part, index) => part === '*' && parts[index + 1] === '*'));
    fc.assert(
      fc.property(glob, text, (parts, value) => {
        const source = parts.map((part) => (part === '*' ? '.*' : escapeRegExp(part.replace(/^\\/, '')))).join('');
        const expected = new RegExp(`^${source}$`, 's').test(value);
        expect(compilePattern({ value: [{ wildcard: parts.join('') }] })({ value })).toBe(expected);
      }),
    );
  });

  it('of one exact value match exactly the events with that value', () => {
    const scalar = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(scalar, fc.array(scalar, { minLength: 1 }), (wanted, values) => {
        expect(compilePattern({ detail: { field: [wanted] } })({ detail: { field: values } })).toBe(
          values.includes(wanted),
        );
        expect(compilePattern({ detail: { field: [wanted] } })({ detail: { field: values[0] } })).toBe(
          values[0] === wanted,
        );
      }),
    );
  });

  it('never match and miss a scalar at once with a matcher and its opposite', () => {
    fc.assert(
      fc.property(text, fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 }), (value, prefix) => {
        const matches = compilePattern({ value: [{ prefix }] })({ value });
        expect(compilePattern({ value: [{ 'anything-but': { prefix } }] })({ value })).toBe(!matches);
      }),
    );
  });

  it('do not distinguish a dot in a name from a nested field', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 2 });
    const path = fc.array(name, { minLength: 1, maxLength: 4 });
    const cuts = fc.array(fc.boolean(), { minLength: 3, maxLength: 3 });
    /** The path as fields within fields, with a dot in place of a nesting where a cut says so. */
    const nested = (names: readonly string[], joined: readonly boolean[], leaf: unknown) => {
      const text = names.map((one, index) => (index === 0 ? one : `${joined[index - 1] ? '.' : '/'}${one}`)).join('');
      const groups = text.split('/');
      return groups.reduceRight<unknown>((inner, group) => ({ [group]: inner }), leaf);
    };
    fc.assert(
      fc.property(path, cuts, cuts, (names, some, others) => {
        expect(compilePattern(nested(names, some, ['x']))(nested(names, others, 'x'))).toBe(true);
        expect(compilePattern(nested(names, some, ['x']))(nested(names, others, 'y'))).toBe(false);
      }),
    );
  });

  it('have a thousand combinations of $or at most', () => {
    const choice = (field: string, values: number) => ({
      $or: Array.from({ length: values }, (_, value) => ({ [field]: [value] })),
    });
    const crossed = (...sizes: number[]) =>
      Object.fromEntries(sizes.map((size, index) => [`n${index}`, choice('v', size)]));
    expect(compilePattern(crossed(10, 10, 10))({ n0: { v: 9 }, n1: { v: 9 }, n2: { v: 9 } })).toBe(true);
    expect(() => compilePattern(crossed(10, 10, 11))).toThrow('1000 combinations');
  });

  it('match or are refused, for any value', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (pattern, given) => {
        try {
          expect(typeof parsePattern(pattern)(JSON.parse(given))).toBe('boolean');
        } catch (error) {
          expect(error).toMatchObject({ code: 'InvalidEventPatternException' });
        }
      }),
    );
  });
});
