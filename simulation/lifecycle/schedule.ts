/** Random schedules: actions, their times and order, and the rates of faults. */
import fc from 'fast-check';
import type { Rates } from '../chaos.ts';
import type { Action } from './actions.ts';

export interface Schedule {
  readonly seed: number;
  /** The shorter it is, the more actions overlap. */
  readonly waitingPeriodSeconds: number;
  readonly rates: Rates;
  readonly steps: readonly { readonly after: number; readonly action: Action }[];
}

const key = fc.nat({ max: 2 });
const app = fc.nat({ max: 1 });
/** A team and a key: mostly its own, sometimes none or the other team's. */
const place = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom({ team: 0, key: 0 }, { team: 0, key: 1 }, { team: 1, key: 2 }) },
  { weight: 1, arbitrary: fc.record({ team: fc.nat({ max: 1 }), key: fc.integer({ min: -1, max: 2 }) }) },
);
const database = fc.nat({ max: 7 });
const provision = fc
  .record({ place, app })
  .map(({ place: where, app: its }) => ({ do: 'provision' as const, app: its, ...where }));
const fork = fc
  .record({ place, app, leader: database })
  .map(({ place: where, ...rest }) => ({ do: 'fork' as const, ...rest, ...where }));
const restore = fc
  .record({ place, app, backup: database })
  .map(({ place: where, ...rest }) => ({ do: 'restore' as const, ...rest, ...where }));
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 16, arbitrary: fc.record({ do: fc.constant('toggle' as const), key }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('disable' as const, 'enable' as const), key }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('scheduleDeletion' as const, 'cancelDeletion' as const), key }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('deny' as const),
      key,
      actions: fc.subarray(['Decrypt', 'Encrypt', 'CreateGrant', 'GenerateDataKey'] as const, { minLength: 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('allow' as const, 'check' as const, 'register' as const, 'forget' as const),
      key,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('strict' as const), key, strict: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forge' as const), key, failed: fc.boolean() }) },
  { weight: 7, arbitrary: provision },
  { weight: 5, arbitrary: fork },
  { weight: 1, arbitrary: restore },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('destroy' as const), database, backup: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('promote' as const), database, app }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('backup' as const, 'rotate' as const, 'fillDisk' as const), database }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('outage' as const),
      service: fc.constantFrom(
        'table' as const,
        'kms' as const,
        'fleet' as const,
        'mail' as const,
        'bus' as const,
        'states' as const,
      ),
      seconds: fc.integer({ min: 5, max: 400 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('skipSweeps' as const), minutes: fc.integer({ min: 2, max: 8 }) }),
  },
);

const rate = (most: number) => fc.integer({ min: 0, max: 10 }).map((tenths) => (tenths * most) / 10);
const rates: fc.Arbitrary<Rates> = fc.record({
  lost: rate(0.03),
  unanswered: rate(0.03),
  crash: rate(0.01),
  event: rate(0.3),
  fleet: rate(0.2),
  slow: rate(0.1),
  conflict: rate(0.05),
});

/** Seconds between two steps: from zero to the length of a lockout. */
const after = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 25 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 180 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 1200 }) },
);

/** Schedules start with some databases, so that there is something to lock out. */
export const schedulesOf = (waitingPeriods: readonly number[]): fc.Arbitrary<Schedule> =>
  fc
    .record({
      seed: fc.integer({ min: 0, max: 0x7fffffff }),
      waitingPeriodSeconds: fc.constantFrom(...waitingPeriods),
      rates,
      first: fc.array(fc.record({ after: fc.integer({ min: 0, max: 60 }), action: provision }), {
        minLength: 1,
        maxLength: 5,
      }),
      later: fc.array(fc.record({ after, action }), { minLength: 2, maxLength: 24, size: 'max' }),
    })
    .map(({ first, later, ...schedule }) => ({ ...schedule, steps: [...first, ...later] }));

/** Waiting periods in seconds. The shorter they are, the more actions overlap. */
export const shortWaits = [0, 20, 90];
/** The default waiting period (`lockoutConfig`). */
export const fullWaits = [600];
