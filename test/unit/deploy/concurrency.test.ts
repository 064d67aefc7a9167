/** The concurrency that Lambda reserves for the sweep and the lockouts, as packaged. */
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { assertEnough } from '../../../scripts/deploy/account-quota.ts';
import { leastUnreserved, reservationsOf, totalOf } from '../../../scripts/deploy/concurrency.ts';
import { deployedFunctions } from '../../../scripts/deploy/deployed.ts';

const keys = Object.keys(deployedFunctions(join(import.meta.dirname, '..', '..', '..')));

describe('reserved concurrency', () => {
  it('is kept for the sweep, every step of a lockout, and what follows an event', () => {
    const reserved = reservationsOf(keys, '');
    const steps = keys.filter((key) => /^key(Shutdown|Restart)/.test(key));

    expect(steps).toHaveLength(4);
    expect([...reserved.keys()].sort()).toEqual([...steps, 'onEffectDue', 'onKeyChanged', 'onSweep'].sort());
    expect(reserved.get('keyShutdownBatches')).toBeGreaterThan(reserved.get('keyShutdown') ?? 0);
  });

  it("fits the default quota of 1,000, with more than Lambda's minimum left to the API", () => {
    expect(totalOf(reservationsOf(keys, ''))).toBeLessThanOrEqual(1000 - 5 * leastUnreserved);
  });

  it('is changed by share, or not made at all', () => {
    expect(reservationsOf(keys, '{"lockoutBatches":200}').get('keyRestartBatches')).toBe(200);
    expect(reservationsOf(keys, '{"lockoutBatches":200}').get('onSweep')).toBe(2);
    expect(reservationsOf(keys, 'none').size).toBe(0);
  });

  it('is refused before anything is deployed where the account has too little', () => {
    expect(() => assertEnough(302, 402)).not.toThrow();
    expect(() => assertEnough(302, 10)).toThrow('Ask for 402 or more, or set reservedConcurrency');
  });

  it.each([['{"sweep":0}'], ['{"sweeps":3}'], ['[1]'], ['{"outbox":"many"}'], ['7'], ['{sweep:3}'], ['off']])(
    'refuses %s',
    (setting) => {
      expect(() => reservationsOf(keys, setting)).toThrow('reservedConcurrency is');
    },
  );
});
