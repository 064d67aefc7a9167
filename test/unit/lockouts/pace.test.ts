/** The start times of batches, within the account's API rate limits. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstPhase, paced, type Rates, secondPhase, turnOf } from '#lib/lockouts/pace.ts';
import { type Phase, phases } from '#lib/model/lockout-phases.ts';
import { at } from '#test/support/build.ts';

const rates: Rates = { starts: 2, grants: 50 };
const names = Object.keys(phases) as Phase[];

describe('the start time of a batch', () => {
  it('is immediate for the first, whatever the phase', () => {
    for (const phase of names) expect(turnOf(0, phase, rates)).toBe(0);
  });

  it('is never before that of the previous batch', () => {
    const rate = fc.integer({ min: 1, max: 1000 });
    const some = fc.record({
      phase: fc.constantFrom(...names),
      index: fc.nat({ max: 500 }),
      starts: rate,
      grants: rate,
    });
    fc.assert(
      fc.property(some, ({ phase, index, ...own }) => {
        expect(turnOf(index + 1, phase, own)).toBeGreaterThan(turnOf(index, phase, own));
      }),
    );
  });

  it('starts no more EC2 instances than the bucket holds at that time', () => {
    const rate = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(fc.nat({ max: 500 }), rate, (index, starts) => {
        expect((index + 1) * 50).toBeLessThanOrEqual(
          1000 + starts * turnOf(index, 'start-servers', { starts, grants: 1000 }),
        );
      }),
    );
  });

  it('lets KMS make two grants for each server that starts', () => {
    expect(turnOf(9, 'start-servers', rates)).toBeCloseTo(900 / 45);
  });

  it('is soon in all other phases, whatever EC2 and KMS allow', () => {
    const slowest: Rates = { starts: 1, grants: 1 };
    for (const phase of ['stop-services', 'stop-servers', 'start-services'] as const)
      expect(turnOf(199, phase, slowest)).toBeLessThanOrEqual(100);
  });
});

it('gives each batch its start time', () => {
  const batches = [
    { after: null, upTo: 'db_50' },
    { after: 'db_50', upTo: null },
  ];

  expect(paced(batches, 'stop-services', { rates, at })).toEqual([
    { after: null, upTo: 'db_50', notBefore: '2026-11-24T11:00:00.000Z' },
    { after: 'db_50', upTo: null, notBefore: '2026-11-24T11:00:00.500Z' },
  ]);
});

describe('the phase ahead', () => {
  it.each([
    ['waiting', null, null],
    ['stopping_services', 'stop-services', null],
    ['stopping_servers', 'stop-services', 'stop-servers'],
    ['stopped', null, null],
    ['starting_servers', 'start-servers', null],
    ['starting_services', 'start-servers', 'start-services'],
    ['restored', null, null],
    ['cancelled', null, null],
  ] as const)('of a lockout that is %s is %s for a new execution, and then %s', (state, first, second) => {
    expect([firstPhase(state), secondPhase(state)]).toEqual([first, second]);
  });
});
