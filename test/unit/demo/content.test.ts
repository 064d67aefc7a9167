/** The demo's digest of data, and its search for plaintext. */
import { describe, expect, it } from '@jest/globals';
import { countFound, digestOf, type Entry, makeEntries } from '#local/demo/content.ts';

describe('the digest', () => {
  const entries = makeEntries(50);

  it('does not depend on the order', () => {
    expect(digestOf(entries.toReversed())).toBe(digestOf(entries));
  });

  it('changes with a key, a value, or one less of them', () => {
    const [[key, value], ...rest] = entries as [Entry, ...Entry[]];
    const others: Entry[][] = [[[`${key}x`, value], ...rest], [[key, `${value}x`], ...rest], rest];
    for (const other of others) expect(digestOf(other)).not.toBe(digestOf(entries));
  });

  it('separates a key from its value', () => {
    expect(digestOf([['ab', 'c']])).not.toBe(digestOf([['a', 'bc']]));
  });
});

describe('the search for values', () => {
  const values = makeEntries(200).map(([, value]) => value);

  it('finds each value once, wherever it stands', () => {
    const bytes = Buffer.from(`xx${values.join('--')}${values[0]}`);
    expect(countFound(values, bytes)).toBe(200);
  });

  it('finds a value at the very end', () => {
    expect(countFound(values, Buffer.from(`x${values[7]}`))).toBe(1);
  });

  it('finds none that is cut short, or changed in one byte', () => {
    const [first = ''] = values;
    expect(countFound(values, Buffer.from(first.slice(0, -1)))).toBe(0);
    expect(countFound(values, Buffer.from(`${first.slice(0, -1)}!`))).toBe(0);
  });

  it('distinguishes values with a common beginning', () => {
    expect(countFound(['same-1', 'same-2'], Buffer.from('same-2'))).toBe(1);
  });
});
