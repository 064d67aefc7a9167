/**
 * Polling: every 2 s while something is under way, else at the pace that the API asks for, never in the background, and
 * slower after failures.
 */
import { expect, test } from '@jest/globals';
import { pollDelay } from '#console/view-models/polling.ts';

const calm = { isActive: false, isVisible: true, idleSeconds: 30, failures: 0, retryAfter: null };

test('it is every 2 s during a lockout, else every 30 s', () => {
  expect(pollDelay({ ...calm, isActive: true }, 0.5)).toBe(2000);
  expect(pollDelay(calm, 0.5)).toBe(30_000);
});

test('an idle page obeys the API’s interval, but never reads more often than an active one', () => {
  expect(pollDelay({ ...calm, idleSeconds: null }, 0.5)).toBe(30_000);
  expect(pollDelay({ ...calm, idleSeconds: 60 }, 0.5)).toBe(60_000);
  expect(pollDelay({ ...calm, idleSeconds: 0.5 }, 0.5)).toBe(2000);
  expect(pollDelay({ ...calm, isActive: true, idleSeconds: 60 }, 0.5)).toBe(2000);
});

test('it stops in the background', () => {
  expect(pollDelay({ ...calm, isActive: true, isVisible: false }, 0.5)).toBeNull();
});

test('failures make it slower, to a minute at most, and clients are spread', () => {
  const after = (failures: number, random: number) => pollDelay({ ...calm, isActive: true, failures }, random);

  expect([1, 2, 3, 10, 1000].map((failures) => after(failures, 1))).toEqual([4000, 8000, 16_000, 60_000, 60_000]);
  expect(after(1, 0)).toBe(2000);
});

test('Retry-After is kept to', () => {
  expect(pollDelay({ ...calm, failures: 1, retryAfter: 90 }, 1)).toBe(90_000);
  expect(pollDelay({ ...calm, failures: 1, retryAfter: 1 }, 1)).toBe(4000);
});
