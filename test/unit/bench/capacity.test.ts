/** DynamoDB's capacity units, computed from the sizes of items. */
import { describe, expect, it } from '@jest/globals';
import { byPartition, readUnits, unitsOfWrite } from '../../../bench/scale/capacity.ts';

const row = (kilobytes: number, more: object = {}) => ({ filler: 'x'.repeat(kilobytes * 1024 - 20), ...more });

describe("DynamoDB's units", () => {
  it('are one for each 4 KB read consistently, and half of it otherwise', () => {
    expect([readUnits(0, true), readUnits(4096, true), readUnits(4097, true), readUnits(4097, false)]).toEqual([
      1, 1, 2, 1,
    ]);
  });

  it('are one for each KB written, of the larger of the two states, and twice that in a transaction', () => {
    expect(unitsOfWrite({ pk: 'a', before: row(3), after: row(1) }, false)).toEqual([
      { partition: 'a', reads: 0, writes: 3 },
    ]);
    expect(unitsOfWrite({ pk: 'a', before: null, after: row(1) }, true)).toEqual([
      { partition: 'a', reads: 0, writes: 2 },
    ]);
    expect(unitsOfWrite({ pk: 'a', before: null, after: null }, false)).toEqual([
      { partition: 'a', reads: 0, writes: 1 },
    ]);
  });

  it('are those of the index besides, for a row that is in it', () => {
    expect(unitsOfWrite({ pk: 'a', before: null, after: { onKeyArn: 'arn' } }, true)).toEqual([
      { partition: 'a', reads: 0, writes: 2 },
      { partition: 'byKeyArn arn', reads: 0, writes: 1 },
    ]);
  });

  it('are summed by partition', () => {
    const units = ['a', 'b', 'a'].map((partition) => ({ partition, reads: 1, writes: 2 }));

    expect(byPartition(units)).toEqual([
      { partition: 'a', reads: 2, writes: 4 },
      { partition: 'b', reads: 1, writes: 2 },
    ]);
  });
});
