/** The demo's output: lengths of time, and wrapped lines. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asClock, inWords } from '#local/demo/durations.ts';
import { wrapped, wrappedCommand, wrappedRequest } from '#local/demo/lines.ts';
import { fractionOf, progressBar } from '#local/demo/progress-bar.ts';
import { laidOut } from '#local/demo/table.ts';

describe('lengths of time', () => {
  it('are said in the unit that fits', () => {
    expect([0, 45.4, 999, 1000, 59_900, 60_000, 606_000].map(inWords)).toEqual([
      '0 ms',
      '45 ms',
      '999 ms',
      '1.0 s',
      '59.9 s',
      '1 min',
      '10 min 6 s',
    ]);
  });

  it('never say sixty seconds', () => {
    expect(inWords(59_960)).toBe('1 min');
    expect(inWords(119_960)).toBe('2 min');
  });

  it('are formatted as a clock', () => {
    expect([0, 9.9, 364].map(asClock)).toEqual(['0:00', '0:09', '6:04']);
  });
});

describe('wrapping', () => {
  it('keeps every word in its order, and within the width unless a word alone is longer', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1 }),
        fc.integer({ min: 10, max: 80 }),
        (words, width) => {
          const lines = wrapped(words.join(' '), width);
          expect(lines.join(' ')).toBe(words.join(' '));
          for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true);
        },
      ),
    );
  });

  it('breaks a command before an option, so that it can be pasted', () => {
    const lines = wrappedCommand('aws kms decrypt --key-id $CMK_ARN --ciphertext-blob fileb://data-key', 40);
    expect(lines).toEqual(['aws kms decrypt --key-id $CMK_ARN \\', '  --ciphertext-blob fileb://data-key']);
  });

  it('leaves a short command in one line', () => {
    expect(wrappedCommand('aws kms enable-key --key-id $CMK_ARN', 60)).toEqual([
      'aws kms enable-key --key-id $CMK_ARN',
    ]);
  });

  it('keeps a name with its value in a request', () => {
    expect(wrappedRequest('POST /v1/databases { name: orders, plan: private-7 }', 45)).toEqual([
      'POST /v1/databases { name: orders,',
      '     plan: private-7 }',
    ]);
  });
});

describe('a bar', () => {
  const wait = { label: 'Waiting period', from: 1000, seconds: 600, speed: 60 };

  it('is as far as the wait is, and no further', () => {
    expect([0, 1000, 6000, 11_000, 20_000].map((at) => fractionOf(wait, at))).toEqual([0, 0, 0.5, 1, 1]);
  });

  it('fills its columns at every moment', () => {
    for (const fraction of [0, 0.004, 0.5, 0.999, 1]) {
      const { label, done, left, clock } = progressBar(wait, fraction, 76);
      expect(`${label}  ${done}${left}  ${clock}`).toHaveLength(76);
    }
  });
});

describe('a table', () => {
  it('puts columns under each other and says what does not hold', () => {
    const table = laidOut({
      header: ['', 'promised', 'found'],
      rows: [
        { cells: ['Mails', '5', '5'], holds: true },
        { cells: ['Keys lost', 'none', '1 of 2'], holds: false },
      ],
    });

    expect(table.header).toBe('            promised    found');
    expect(table.rows).toEqual([
      { text: 'Mails              5        5', holds: true },
      { text: 'Keys lost       none   1 of 2', holds: false },
    ]);
  });
});
