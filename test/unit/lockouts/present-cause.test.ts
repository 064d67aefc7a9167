/** What a check changes in an open lockout: every cause after every other, in every state. */
import { describe, expect, it } from '@jest/globals';
import type { Cause, Check, Key } from '#lib/model/key.ts';
import { asFact } from '#lib/model/key-check.ts';
import { isOver, type Lockout } from '#lib/model/lockout.ts';
import { lockoutDecision } from '#lib/model/lockout-decision.ts';
import { lockoutStates } from '#lib/model/lockout-state.ts';
import { entered } from '#lib/model/lockout-transitions.ts';
import { causeNews, presentCause, presentOf, recordedCause } from '#lib/model/present-cause.ts';
import { aKey, aLockout, anUnusableKey, at, countingIds, sweepActor } from '#test/support/build.ts';

const lockingOut = [
  'key_disabled',
  'deletion_scheduled',
  'material_expired',
  'access_denied',
] as const satisfies readonly Cause[];
const pairs = lockingOut.flatMap((from) => lockingOut.filter((to) => to !== from).map((to) => [from, to] as const));
const openStates = lockoutStates.filter((state) => !isOver(state));
const deletionDate = '2026-12-01T11:00:00.000Z';

const keyWith = (cause: Cause, changes: Partial<Check> = {}): Key =>
  anUnusableKey({
    check: {
      ...anUnusableKey().check,
      cause,
      deletionDate: cause === 'deletion_scheduled' ? deletionDate : null,
      ...changes,
    },
  });
const observed = (key: Key) => ({ key, actor: sweepActor, checks: [asFact(key.check)], at });
/** Of an observation, beside the key. */
const without = {
  point: 'observed' as const,
  unsettled: [],
  hasEnded: false,
  newId: countingIds(),
  waitingPeriodSeconds: 600,
};
const news = (lockout: Lockout, key: Key) => causeNews(lockout, observed(key));

describe.each(openStates)('in a lockout that is %s', (state) => {
  it.each(pairs)('%s that becomes %s is announced once: in the row, the timeline and a notice', (from, to) => {
    const lockout = news(aLockout({ state, cause: from }), keyWith(from)).lockout;
    const changed = news(lockout, keyWith(to));

    expect(recordedCause(changed.lockout)).toMatchObject({
      cause: to,
      deletionDate: to === 'deletion_scheduled' ? deletionDate : null,
    });
    expect(changed.lockout.cause).toBe(from);
    expect(changed.entries).toMatchObject([{ type: 'LockoutCauseChanged', data: { from, to } }]);

    const about = String(changed.lockout.causeChanges);
    expect(changed.effects).toMatchObject([{ kind: 'notice', notice: { fact: 'cause_changed', about } }]);
    expect(news(changed.lockout, keyWith(to))).toEqual({ lockout: changed.lockout, entries: [], effects: [] });
  });

  it('what the check says is kept although the lockout stays where it is', () => {
    const facts = { ...observed(keyWith('deletion_scheduled')), ...without };
    const decided = lockoutDecision({ ...facts, lockout: aLockout({ state }) });

    expect(decided.changes).toMatchObject([
      { kind: 'save', row: { state, present: { cause: 'deletion_scheduled', deletionDate } } },
    ]);
    expect(decided.entries.map(({ type }) => type)).toEqual(['LockoutCauseChanged']);
  });
});

describe('a deletion', () => {
  const scheduled = news(aLockout(), keyWith('deletion_scheduled')).lockout;

  it('with another date is a change, and one without a date is not', () => {
    const later = news(scheduled, keyWith('deletion_scheduled', { deletionDate: '2026-12-24T11:00:00.000Z' }));

    expect(later.entries).toMatchObject([
      { data: { from: 'deletion_scheduled', to: 'deletion_scheduled', deletionDate: '2026-12-24T11:00:00.000Z' } },
    ]);
    expect(news(scheduled, keyWith('deletion_scheduled', { deletionDate: null })).entries).toEqual([]);
  });

  it('that is done is news', () => {
    const gone = news(scheduled, keyWith('deletion_scheduled', { deletionDate: null, fault: 'not_found' }));
    expect(gone.entries).toMatchObject([{ data: { keyGone: true } }]);
  });

  it('is announced by the lockout that it opens, without a separate notice', () => {
    const facts = { ...observed(keyWith('deletion_scheduled')), ...without };
    const decided = lockoutDecision({ ...facts, lockout: null });

    expect(decided.changes).toMatchObject([
      { kind: 'create', row: { cause: 'deletion_scheduled', present: { deletionDate } } },
    ]);
    expect(decided.entries.map(({ type }) => type)).toEqual(['LockoutOpened']);
  });

  it('in a row from before dates were stored is announced with its date', () => {
    expect(news(aLockout({ cause: 'deletion_scheduled' }), keyWith('deletion_scheduled')).entries).toMatchObject([
      { data: { deletionDate } },
    ]);
  });
});

describe('a key that is usable again', () => {
  it('has no present cause, though what runs is ended first; and one again when it turns back', () => {
    const lockout = news(aLockout({ state: 'stopping_services' }), aKey()).lockout;

    expect(presentOf(lockout)).toBeNull();
    expect(presentOf(news(lockout, keyWith('key_disabled')).lockout)).toMatchObject({ cause: 'key_disabled' });
    expect(presentOf(entered(lockout, 'starting_servers', at))).toBeNull();
  });
});

describe('a check without a response', () => {
  const unanswered = aKey({
    status: 'unknown',
    check: { ...aKey().check, verdict: 'unknown', cause: 'kms_unreachable' },
  });

  it('changes nothing in the notices', () => {
    const lockout = aLockout({ state: 'stopped', cause: 'key_disabled' });
    expect(news(lockout, unanswered)).toEqual({ lockout, entries: [], effects: [] });
    expect(presentCause(unanswered, lockout)).toMatchObject({ cause: 'key_disabled' });
  });
});
