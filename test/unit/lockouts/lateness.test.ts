/** When a lockout or a restore counts as late. */
import { describe, expect, it } from '@jest/globals';
import { lateness } from '#lib/model/lateness.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { LockoutState } from '#lib/model/lockout-state.ts';

const minute = (count: number) => new Date(Date.UTC(2026, 0, 1, 12, count));

/** The steps by the minute at which each state was entered; the last one is the lockout's state. */
function aLockout(...steps: readonly (readonly [LockoutState, number])[]): Lockout {
  return {
    ...{ id: 'lck_1', teamId: 'team_1', keyId: 'key_1', keyArn: 'arn', cause: 'key_disabled', noticedBy: 'sweep' },
    ...{
      deadline: minute(10).toISOString(),
      run: 1,
      runAt: minute(0).toISOString(),
      machine: null,
      round: 0,
      version: 1,
    },
    openedAt: minute(0).toISOString(),
    state: steps.at(-1)?.[0] ?? 'waiting',
    steps: steps.map(([state, at]) => ({ state, at: minute(at).toISOString() })),
  };
}

describe('a lockout', () => {
  it.each([
    ['waiting', aLockout(['waiting', 0])],
    ['stopping services', aLockout(['waiting', 0], ['stopping_services', 10])],
    ['stopping servers', aLockout(['waiting', 0], ['stopping_services', 10], ['stopping_servers', 12])],
  ])('is late 20 minutes after it was opened while it is %s', (_, lockout) => {
    expect(lateness(lockout, minute(20))).toBeNull();
    expect(lateness(lockout, minute(21))).toEqual({ direction: 'stopping', minutes: 21 });
  });

  it('is never late once everything is stopped, or it is over', () => {
    expect(lateness(aLockout(['waiting', 0], ['stopped', 15]), minute(600))).toBeNull();
    expect(lateness(aLockout(['waiting', 0], ['cancelled', 15]), minute(600))).toBeNull();
    expect(
      lateness(aLockout(['waiting', 0], ['stopped', 15], ['starting_servers', 20], ['restored', 22]), minute(600)),
    ).toBeNull();
  });

  it('is late to restore 5 minutes after it began to, whatever came before', () => {
    const lockout = aLockout(
      ['waiting', 0],
      ['stopping_services', 10],
      ['stopped', 15],
      ['starting_servers', 100],
      ['starting_services', 102],
    );

    expect(lateness(lockout, minute(105))).toBeNull();
    expect(lateness(lockout, minute(106))).toEqual({ direction: 'starting', minutes: 6 });
  });

  it('counts anew when it turns from restoring back to stopping', () => {
    const lockout = aLockout(['waiting', 0], ['stopped', 15], ['starting_servers', 100], ['stopping_services', 103]);
    expect(lateness(lockout, minute(123))).toBeNull();
    expect(lateness(lockout, minute(124))).toEqual({ direction: 'stopping', minutes: 21 });
  });
});
