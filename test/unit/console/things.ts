/** Keys, lockouts and impacts as the API answers them. */
import type { Contact, Database, Delivery, Entry, Impact, Key, LockoutDetail, Webhook } from '#console/api/types.ts';

const actions = {
  DescribeKey: 'allowed',
  Encrypt: 'allowed',
  Decrypt: 'allowed',
  ReEncrypt: 'allowed',
  GenerateDataKey: 'allowed',
  GenerateDataKeyWithoutPlaintext: 'allowed',
  CreateGrant: 'allowed',
  RevokeGrant: 'allowed',
} as const;

export const aKey = (its: Partial<Key> = {}): Key => ({
  id: 'key_a',
  arn: 'arn:aws:kms:us-east-1:111122223333:key/46d8eb9a-21dd-4904-8829-99298badf1e1',
  description: null,
  status: 'usable',
  check: {
    at: '2026-11-29T13:00:00.000Z',
    actions,
    verdict: 'usable',
    cause: null,
    fault: null,
    keyState: 'Enabled',
    deletionDate: null,
    rotation: true,
    ownership: 'proven',
    warnings: [],
    fixes: [],
  },
  rotation: true,
  databases: 12,
  lockout: null,
  events: { provenSince: null },
  strict: false,
  siblings: [],
  readiness: { verdict: 'ready', count: 0 },
  createdAt: '2026-10-29T13:00:00.000Z',
  ...its,
});

export const aLockout = (its: Partial<LockoutDetail> = {}): LockoutDetail => ({
  id: 'lk_a',
  key: { id: 'key_a', arn: aKey().arn },
  state: 'waiting',
  cause: 'key_disabled',
  presentCause: 'key_disabled',
  isKeyGone: false,
  deletionDate: null,
  drill: null,
  openedAt: '2026-11-29T13:00:00.000Z',
  deadline: '2026-11-29T13:10:00.000Z',
  noticedBy: 'aws_principal',
  steps: [{ state: 'waiting', at: '2026-11-29T13:00:00.000Z' }],
  progress: null,
  expected: { stoppedBy: null, restoredBy: null },
  remedy: [],
  actions: ['check'],
  ...its,
});

const estimate = { seconds: null, from: null, measured: 0, reason: 'No stop was ever measured.' };

export const anImpact = (its: Partial<Impact> = {}): Impact => ({
  key: { id: 'key_a', arn: aKey().arn, status: 'usable', lockout: null },
  databases: { total: 0, items: [] },
  followers: { total: 0, items: [] },
  backups: { total: 0, items: [] },
  apps: { total: 0, items: [] },
  recipients: { total: 0, items: [] },
  unconfirmed: { total: 0, items: [] },
  ifDisabledNow: {
    noticedBy: '2026-11-29T13:01:00.000Z',
    waitingPeriodSeconds: 600,
    actsAt: '2026-11-29T13:11:00.000Z',
    stoppedBy: null,
    stop: estimate,
  },
  restart: estimate,
  safeToDelete: { verdict: 'yes', because: [] },
  ...its,
});

export const anEntry = (its: Partial<Entry> = {}): Entry => ({
  id: 'entry_a',
  teamId: 'team_a',
  seq: 10,
  at: '2026-11-29T13:00:00.600Z',
  type: 'LockoutOpened',
  actor: { kind: 'aws_principal', id: 'arn:aws:iam::111122223333:user/ada' },
  subject: { lockoutId: 'lk_a', keyId: 'key_a' },
  data: {},
  previousHash: '',
  hash: '',
  ...its,
});

export const aDatabase = (its: Partial<Database> = {}): Database => ({
  id: 'db_a',
  name: 'orders',
  plan: 'private-7',
  app: 'shop',
  status: 'available',
  server: 'running',
  service: 'running',
  endpoint: null,
  key: { id: 'key_a', arn: aKey().arn },
  fork: null,
  attachments: [],
  failure: null,
  restoredFrom: null,
  allowPlaintext: false,
  createdAt: '2026-11-29T13:00:00.000Z',
  ...its,
});

export const aContact = (its: Partial<Contact> = {}): Contact => ({
  id: 'con_a',
  key: 'key_a',
  email: 'security@acme.example',
  isConfirmed: true,
  confirmedAt: '2026-11-29T13:05:00.000Z',
  bouncedAt: null,
  createdAt: '2026-11-29T13:00:00.000Z',
  ...its,
});

export const aWebhook = (its: Partial<Webhook> = {}): Webhook => ({
  id: 'wh_a',
  url: 'https://hooks.example.com/T0/secret-path',
  description: '',
  types: null,
  status: 'active',
  pausedBecause: null,
  failingSince: null,
  previousSecretUntil: null,
  createdAt: '2026-11-29T13:00:00.000Z',
  ...its,
});

export const aDelivery = (its: Partial<Delivery> = {}): Delivery => ({
  id: 'dlv_a',
  event: { id: 'entry_a', type: 'LockoutOpened', seq: 10 },
  status: 'delivered',
  attempts: [{ at: '2026-11-29T13:00:01.000Z', durationMs: 84, statusCode: 204, error: null }],
  nextAttemptAt: null,
  createdAt: '2026-11-29T13:00:00.600Z',
  ...its,
});
