/** Debouncing of notices for a key that is disabled and enabled repeatedly; a real lockout is announced in time. */
import { describe, expect, it } from '@jest/globals';
import type { Lockout } from '#lib/model/lockout.ts';
import type { LockoutState } from '#lib/model/lockout-state.ts';
import type { LockoutNoticeKind } from '#lib/model/outbox-message.ts';
import { timingOf } from '#lib/notifications/toggles.ts';
import { aLockout, anId } from '#test/support/build.ts';

const start = Date.parse('2026-11-24T11:00:00.000Z');
const time = (seconds: number) => new Date(start + seconds * 1000);
const iso = (seconds: number) => time(seconds).toISOString();

/** Opened this many seconds after the start; cancelled after this many more, if at all. */
function lockout(
  number: number,
  opened: number,
  { cancelled, state = 'waiting' }: { cancelled?: number; state?: LockoutState } = {},
): Lockout {
  const steps = [{ state: 'waiting' as const, at: iso(opened) }];
  const over =
    cancelled === undefined
      ? { state, steps }
      : { state: 'cancelled' as const, steps: [...steps, { state: 'cancelled' as const, at: iso(cancelled) }] };
  return aLockout({ id: anId('lk', number), openedAt: iso(opened), deadline: iso(opened + 600), ...over });
}

const named = (timing: ReturnType<typeof timingOf>) => (timing instanceof Date ? 'later' : timing);

/** The latest lockouts; the first is the announced one, this many seconds after the start. */
const timing = (fact: LockoutNoticeKind, latest: readonly [Lockout, ...Lockout[]], seconds: number) =>
  named(timingOf({ fact, lockout: latest[0], latest, at: time(seconds), settleSeconds: 60 }));

const slip = lockout(8, 0, { cancelled: 5 });
const earlier = [lockout(1, 6, { cancelled: 10 }), slip];

describe('the first two lockouts of a key in an hour', () => {
  it('are announced at once, and so are their ends', () => {
    expect(timing('lockout_opened', [lockout(8, 0)], 0)).toBe('now');
    expect(timing('lockout_cancelled', [slip], 5)).toBe('now');
    expect(timing('lockout_opened', [lockout(2, 20), slip], 20)).toBe('now');
    expect(timing('lockout_cancelled', [lockout(2, 20, { cancelled: 21 }), slip], 21)).toBe('now');
    expect(timing('lockout_opened', [lockout(2, 4000), ...earlier], 4000)).toBe('now');
  });
});

describe('a lockout that follows two others within the hour', () => {
  it('is announced once it has settled, at half of the waiting period at the latest', () => {
    const second = lockout(2, 20);
    expect(timing('lockout_opened', [second, ...earlier], 79)).toBe('later');
    expect(timing('lockout_opened', [second, ...earlier], 80)).toBe('now');

    const many = Array.from({ length: 9 }, (_, index) => lockout(index + 1, index, { cancelled: index }));
    expect(timing('lockout_opened', [lockout(20, 20), ...many], 319)).toBe('later');
    expect(timing('lockout_opened', [lockout(20, 20), ...many], 320)).toBe('now');
  });

  it('is announced at once after the clock went back', () => {
    expect(timing('lockout_opened', [lockout(2, 20), ...earlier], 19)).toBe('now');
  });

  it('is announced at once when its deadline is past', () => {
    expect(timing('lockout_opened', [lockout(2, 20, { state: 'stopping_services' }), ...earlier], 21)).toBe('now');
  });

  it('that was announced is announced as over at once', () => {
    expect(timing('lockout_cancelled', [lockout(2, 20, { cancelled: 90 }), ...earlier], 90)).toBe('now');
  });

  it('that was over before it was announced is announced once, when none follows', () => {
    const second = lockout(2, 20, { cancelled: 25 });

    expect(timing('lockout_opened', [second, ...earlier], 25)).toBe('fold');
    expect(timing('lockout_cancelled', [second, ...earlier], 30)).toBe('later');
    expect(timing('lockout_cancelled', [second, ...earlier], 85)).toBe('now');
    expect(timing('lockout_cancelled', [second, ...earlier, lockout(3, 40)], 85)).toBe('fold');
  });
});

describe('the notices of a lockout whose databases stop or are restored', () => {
  it.each(['databases_stopped', 'databases_restored', 'attention_needed'] as const)('never waits: %s', (fact) => {
    expect(timing(fact, [lockout(2, 20, { state: 'stopped' }), ...earlier], 21)).toBe('now');
  });

  it.each(['stopped', 'starting_servers', 'restored'] as const)('includes a warning that is late: %s', (state) => {
    expect(timing('lockout_opened', [lockout(1, 0, { state })], 900)).toBe('fold');
  });
});

it('does not mind the lockouts of another key', () => {
  expect(
    timing('lockout_opened', [lockout(2, 20), ...earlier.map((each) => ({ ...each, keyId: anId('key', 9) }))], 20),
  ).toBe('now');
});
