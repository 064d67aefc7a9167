import type { LockoutState } from '#lib/model/lockout-state.ts';
import type { Notice } from '#lib/model/notice.ts';
import type { NoticeKind } from '#lib/model/outbox-message.ts';

export const facts = [
  'lockout_opened',
  'cause_changed',
  'lockout_cancelled',
  'databases_stopped',
  'databases_restored',
  'attention_needed',
] as const satisfies readonly NoticeKind[];

const times: Readonly<Record<NoticeKind, string>> = {
  lockout_opened: '2026-11-24T11:02:00.000Z',
  cause_changed: '2026-11-24T11:05:00.000Z',
  lockout_cancelled: '2026-11-24T11:07:30.000Z',
  databases_stopped: '2026-11-24T11:15:20.000Z',
  databases_restored: '2026-11-24T14:31:00.000Z',
  attention_needed: '2026-11-24T11:24:00.000Z',
};

const statuses: Readonly<Record<NoticeKind, string>> = {
  lockout_opened: 'available',
  cause_changed: 'available',
  lockout_cancelled: 'available',
  databases_stopped: 'stopped',
  databases_restored: 'available',
  attention_needed: 'stopping',
};

const states: Readonly<Record<NoticeKind, LockoutState>> = {
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
export const aNotice = (fact: NoticeKind, changes: Partial<Notice> = {}): Notice => ({
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
          ? 'The service could not save: MISCONF Errors writing to the AOF file: No space left on device. It stays up and is tried again.'
          : null,
    },
    { name: 'sessions', plan: 'private-9', status: statuses[fact], apps: ['your-app-name'], trouble: null },
  ],
  ...changes,
});
