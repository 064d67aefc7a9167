/** The demo's table of a drill's report. */
import { describe, expect, it } from '@jest/globals';
import { reportTable } from '#local/demo/drills.ts';

const parity = { keysBefore: 100_000, keysAfter: 100_000, expiring: 0, isSame: true, lagBytes: 0 };
const phase = {
  phase: 'stopped',
  expectedSeconds: null,
  measuredSeconds: 1.5,
  objectiveSeconds: 1200,
  met: true,
} as const;

describe("the table of a drill's report", () => {
  it('has each phase as measured, as it would be on AWS at most, and its objective', () => {
    const { rows } = reportTable(
      { phases: [phase, { ...phase, phase: 'removed', objectiveSeconds: null, met: null }], parity },
      60,
    );

    expect(rows).toEqual([
      { cells: ['stopped', '1.5 s', '1 min 30 s', '20 min', 'yes'], holds: true },
      { cells: ['removed', '1.5 s', '1 min 30 s', '', ''], holds: true },
      { cells: ['keys lost', '0 of 100,000', '', 'none', 'yes'], holds: true },
    ]);
  });

  it('marks a missed objective and a difference of the data sets', () => {
    const { rows } = reportTable(
      { phases: [{ ...phase, met: false }], parity: { ...parity, keysAfter: 99_999, isSame: false } },
      60,
    );

    expect(rows.map(({ cells, holds }) => [cells[1], cells.at(-1), holds])).toEqual([
      ['1.5 s', 'no', false],
      ['1 of 100,000', 'no', false],
    ]);
  });

  it('leaves out what was not measured', () => {
    const { rows } = reportTable(
      {
        phases: [{ ...phase, measuredSeconds: null, met: null }],
        parity: { ...parity, keysAfter: null, isSame: null },
      },
      60,
    );

    expect(rows.map(({ cells, holds }) => [cells[1], holds])).toEqual([
      ['', true],
      ['', false],
    ]);
  });
});
