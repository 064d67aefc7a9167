/** The chart of lockouts over the number of databases. */
import { describe, expect, it } from '@jest/globals';
import type { Measured } from '../../../bench/latest.ts';
import { lockoutChart, pointsIn } from '../../../bench/scale/chart.ts';
import { nameOf, requestsNameOf } from '../../../bench/scale/lockouts.ts';

const measured = (name: string, value: number, key = 'lockouts-at-scale'): Measured => ({
  ...{ key, title: '', date: '', name, value, unit: 's', baseline: null, ratio: null, target: '', met: true },
});
const rows = [
  measured(nameOf(1, 'stopped'), 60),
  measured(nameOf(1, 'restored'), 30),
  measured(requestsNameOf(1), 700),
  measured(nameOf(10_000, 'stopped'), 336),
  measured(nameOf(10_000, 'restored'), 200),
  measured(requestsNameOf(10_000), 2.3),
  measured(nameOf(100, 'stopped'), 61),
];

describe('the chart of lockouts', () => {
  it('shows the sizes that were measured in full', () => {
    expect(pointsIn([...rows, measured(nameOf(100, 'restored'), 1, 'another-row')])).toEqual([
      { databases: 1, stopped: 60, restored: 30, requests: 700 },
      { databases: 10_000, stopped: 336, restored: 200, requests: 2.3 },
    ]);
    expect(pointsIn([])).toEqual([]);
  });

  it('says in words what it shows, and has colours for the dark', () => {
    const svg = lockoutChart(pointsIn(rows));

    expect(svg).toContain('10,000 stopped in 336 s and restored in 200 s, with 2.3 requests each');
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('puts the smallest at the left, and what takes longer higher', () => {
    const [stopped = '', restored = ''] = [
      ...lockoutChart(pointsIn(rows)).matchAll(/<path d="M([^"]+)" class="line/g),
    ].map(([, path]) => path);
    const ends = (path: string) => path.split('L').map((point) => point.split(' ').map(Number));
    const [[x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = ends(stopped);

    expect(x1).toBeLessThan(x2);
    expect(y2).toBeLessThan(y1);
    expect(ends(restored)[1]?.[1]).toBeGreaterThan(y2);
  });
});
