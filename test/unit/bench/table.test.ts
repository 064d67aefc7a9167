/** The table of measurements, on the terminal and in the stored results. */
import { describe, expect, it } from '@jest/globals';
import { withTable } from '../../../bench/document.ts';
import type { Latest, Measured } from '../../../bench/latest.ts';
import { merged } from '../../../bench/latest.ts';
import { progressOn } from '../../../bench/progress.ts';
import { against } from '../../../bench/row.ts';
import { chosenRows } from '../../../bench/rows.ts';
import { amount, table } from '../../../bench/table.ts';

const aMeasurement = (changes: Partial<Measured> = {}): Measured => ({
  ...{
    key: 'size',
    title: 'Size',
    name: 'largest',
    value: 400,
    unit: 'KB',
    baseline: null,
    ratio: null,
    target: '≤ 350 KB',
    met: false,
  },
  date: '2026-11-24T11:00:00.000Z',
  ...changes,
});
const machine = { cpus: 2, model: 'A processor', memory: 8, node: 'v24.1.0' };
const aRun = (...rows: Measured[]): Latest => ({ machine, date: '2026-11-24T11:00:00.000Z', rows });

describe('a measurement against a baseline', () => {
  it('is met up to its limit, and missed above', () => {
    const judged = (value: number) => against(100, { name: 'median', value, unit: 'ms', atMost: 1.3 });
    expect(judged(130)).toMatchObject({ baseline: 100, ratio: 1.3, target: '≤ 1.3×', met: true });
    expect(judged(131)).toMatchObject({ ratio: 1.31, met: false });
  });
});

describe('the table for a terminal', () => {
  const text = table([
    aMeasurement(),
    aMeasurement({ name: 'median', value: 1200, note: 'one\ntwo', met: true }),
    aMeasurement({ key: 'cold', title: 'Cold start', value: 1.234, unit: 'ms', baseline: 1, ratio: 1.234 }),
  ]);

  it('names the command that measures a row alone, once for each row', () => {
    expect(text.match(/npm run bench -- (size|cold)\b/g)).toEqual(['npm run bench -- size', 'npm run bench -- cold']);
  });

  it('shows missed targets, with baseline and ratio where they exist', () => {
    expect(text).toMatch(/largest +400 KB +– +– +≤ 350 KB +MISSED/);
    expect(text).toMatch(/median +1,200 KB +– +– +≤ 350 KB +met\n +one\n +two\n/);
    expect(text).toMatch(/1\.23 ms +1 ms +1\.23×/);
  });

  it.each([
    [0.01234, 'ms', '0.0123 ms'],
    [12.345, '', '12.3'],
    [123.456, 'calls', '123 calls'],
    [25_000, 'events', '25,000 events'],
  ])('reads %d %s as %s', (value, unit, expected) => expect(amount(value, unit)).toBe(expected));
});

describe('the last measurements', () => {
  const [old, other, again] = [aMeasurement(), aMeasurement({ key: 'cold' }), aMeasurement({ value: 300, met: true })];

  it('keeps the rows that were not measured again, in the order of the table', () => {
    expect(merged(aRun(old, other), aRun(again), ['cold', 'size']).rows).toEqual([other, again]);
  });

  it("forgets another machine's numbers, and rows that are gone", () => {
    expect(merged({ ...aRun(other), machine: { ...machine, cpus: 8 } }, aRun(again), ['cold', 'size']).rows).toEqual([
      again,
    ]);
    expect(merged(aRun(other), aRun(again), ['size']).rows).toEqual([again]);
  });
});

describe('the page', () => {
  const page =
    'before\n\n<!-- measured: made by `node bench/main.ts --document` -->\n\nold\n\n<!-- /measured -->\n\nafter\n';

  it('has the table, the machine and the date between its marks, and stays as it is around them', () => {
    const written = withTable(page, aRun(aMeasurement({ note: 'because' })));

    expect(written).toMatch(/^before\n/);
    expect(written).toMatch(/\nafter\n$/);
    expect(written).not.toContain('old');
    expect(written).toContain('2 × A processor, 8 GiB, Node 24.1.0, 2026-11-24.');
    expect(written).toContain('| **Size**: largest | 400 KB |  |  | ≤ 350 KB | **no** | `npm run bench -- size` |');
    expect(written).toContain('- **Size**, largest: because');
  });

  it('is the same when it is written again', () => {
    const once = withTable(page, aRun(aMeasurement()));
    expect(withTable(once, aRun(aMeasurement()))).toBe(once);
  });

  it('is refused without its marks', () => {
    expect(() => withTable('nothing', aRun())).toThrow('no place for the table');
  });
});

describe('choosing rows', () => {
  const all = ['size', 'cold'].map((key) => ({ key, load: () => Promise.reject(new Error('not measured here')) }));

  it('gives all rows for no key, else those named in the order of the table', () => {
    expect(chosenRows([], all)).toEqual(all);
    expect(chosenRows(['cold', 'size'], all)).toEqual(all);
    expect(chosenRows(['cold'], all)).toEqual(all.slice(1));
  });

  it('refuses a row that does not exist, and names those that are', () => {
    expect(() => chosenRows(['heat'], all)).toThrow('There is no row heat. There are: size, cold.');
  });
});

describe('progress', () => {
  const shown = (isTTY: boolean) => {
    const written: string[] = [];
    const progress = progressOn({ isTTY, columns: 11, write: (text) => written.push(text) });
    progress.say('one');
    progress.say('a line that is too long');
    progress.end();
    return written;
  };

  it('is a line after the other in a log', () => expect(shown(false)).toEqual(['one\n', 'a line that is too long\n']));

  it('is one line on a terminal, no wider than it, and gone at the end', () => {
    expect(shown(true)).toEqual(['\r\u001b[2Kone', '\r\u001b[2Ka line tha', '\r\u001b[2K']);
  });
});
