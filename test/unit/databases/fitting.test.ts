/** Which plans suit which apps and keys. */
import { describe, expect, it } from '@jest/globals';
import { assertPlanFits, planOf } from '#lib/databases/fitting.ts';
import { plans } from '#lib/model/plans.ts';
import type { Problem } from '#lib/model/problem.ts';
import { anApp } from '#test/support/build.ts';

const problemOf = (work: () => unknown): Problem => {
  try {
    work();
  } catch (error) {
    return error as Problem;
  }
  throw new Error('Nothing was refused');
};
const inSpace = (tier: 'private' | 'shield') => anApp({ name: 'shop', tier, space: { id: 'space_1', name: 'vault' } });
const outside = anApp({ name: 'shop', tier: 'common', space: null });

describe('a plan', () => {
  it('is known by its name', () => {
    for (const plan of plans) expect(planOf(plan.name)).toBe(plan);
  });

  it('that is unknown is refused with the list of plans, and the place in the request', () => {
    const { code, message, extra } = problemOf(() => planOf('private-8'));

    expect(code).toBe('invalid_request');
    expect(message).toBe(`There is no plan private-8. Choose one of ${plans.map(({ name }) => name).join(', ')}.`);
    expect(extra).toEqual({ errors: [{ pointer: '/plan', detail: 'Unknown plan' }] });
  });

  it('of the common tier fits every app without a key, and none with one', () => {
    for (const app of [outside, inSpace('private'), inSpace('shield')]) {
      expect(() => assertPlanFits(planOf('premium-7'), app, false)).not.toThrow();
      expect(problemOf(() => assertPlanFits(planOf('premium-7'), app, true))).toMatchObject({
        code: 'plan_unsupported',
        extra: { plan: 'premium-7' },
      });
    }
  });

  it.each([true, false])(
    'of another tier fits an app in a space of its tier, and no other (with a key: %s)',
    (withKey) => {
      expect(() => assertPlanFits(planOf('private-7'), inSpace('private'), withKey)).not.toThrow();
      expect(() => assertPlanFits(planOf('shield-7'), inSpace('shield'), withKey)).not.toThrow();

      const elsewhere = problemOf(() => assertPlanFits(planOf('shield-7'), inSpace('private'), withKey));
      expect(elsewhere).toMatchObject({ code: 'plan_unsupported', extra: { plan: 'shield-7', app: 'shop' } });
      expect(elsewhere.message).toContain('but app shop is in the private space vault.');
      expect(problemOf(() => assertPlanFits(planOf('private-7'), outside, withKey)).message).toContain(
        'but app shop is in no space.',
      );
    },
  );
});
