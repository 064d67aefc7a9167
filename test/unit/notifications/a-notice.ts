import type { LockoutState } from '#lib/model/lockout-state.ts';
import type { LockoutNotice } from '#lib/model/notice.ts';
import { type LockoutNoticeKind, lockoutNoticeKinds } from '#lib/model/outbox-message.ts';

export const facts = lockoutNoticeKinds;

const times: Readonly<Record<LockoutNoticeKind, string>> = {
  lockout_opened: '2026-11-24T11:02:00.000Z',
  cause_changed: '2026-11-24T11:05:00.000Z',
  lockout_cancelled: '2026-11-24T11:07:30.000Z',
  databases_stopped: '2026-11-24T11:15:20.000Z',
  databases_restored: '2026-11-24T14:31:00.000Z',
  attention_needed: '2026-11-24T11:24:00.000Z',
};

const statuses: Readonly<Record<LockoutNoticeKind, string>> = {
  lockout_opened: 'available',
  cause_changed: 'available',
  lockout_cancelled: 'available',
  databases_stopped: 'stopped',
  databases_restored: 'available',
  attention_needed: 'stopping',
};

const states: Readonly<Record<LockoutNoticeKind, LockoutState>> = {
  lockout_opened: 'waiting',
  cause_changed: 'waiting',
  lockout_cancelled: 'cancelled',
  databases_stopped: 'stopped',
  databases_restored: 'restored',
  attention_needed: 'stopping_services',
};

/**
 * A notice about two databases of the team acme; the lockout opened at 11:02 UTC with a waiting period of ten minutes.
 */
export const aNotice = (fact: LockoutNoticeKind, changes: Partial<LockoutNotice> = {}): LockoutNotice => ({
  fact,
  team: 'acme',
  keyArn: 'arn:aws:kms:us-east-1:111122223333:key/4f8c2a6e-1d3b-4c5a-9e7f-0a1b2c3d4e5f',
  lockoutId: 'lk_01k9vafd3zq8w5n4m2xj7ht6rc',
  state: states[fact],
  openedBy: 'key_disabled',
  present: { cause: 'key_disabled', deletionDate: null, isGone: false },
  isUsable: fact === 'lockout_cancelled' || fact === 'databases_restored',
  statements: [],
  earlier: 0,
  isDrill: false,
  role: 'admin',
  confirmation: null,
  openedAt: '2026-11-24T11:02:00.000Z',
  deadline: '2026-11-24T11:12:00.000Z',
  at: times[fact],
  databases: [
    {
      name: 'redis-spherical-12345',
      plan: 'private-7',
      status: statuses[fact],
      apps: ['your-app-name', 'example-app'],
      trouble:
        fact === 'attention_needed'
          ? 'The service could not save: MISCONF Errors writing to the AOF file: No space left on device. It ' +
            'stays up and is tried again.'
          : null,
    },
    { name: 'sessions', plan: 'private-9', status: statuses[fact], apps: ['your-app-name'], trouble: null },
  ],
  ...changes,
});
