import { describe, expect, it } from '@jest/globals';
import { backoffMs } from '../../src/supervisor.ts';

describe('a restart', () => {
  it('comes at once, then ever later, and at least twice a minute', () => {
    expect([0, 1, 2, 3, 10].map(backoffMs)).toEqual([0, 1000, 2000, 4000, 30_000]);
  });
});
