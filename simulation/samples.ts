/** Sample entities for tests, simulations and benchmarks: each is complete and valid, and takes changes. */

import type { App } from '#lib/model/app.ts';
import type { Database } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import type { NewId } from '#lib/model/ids.ts';
import { type Action, type ActionState, type Check, type Key, neededActions } from '#lib/model/key.ts';
import { judge } from '#lib/model/key-check.ts';
import type { ProbeResult } from '#lib/model/key-probe.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { LockoutState } from '#lib/model/lockout-state.ts';
import { machineFor } from '#lib/model/lockout-transitions.ts';

export const at = new Date('2026-11-24T11:00:00.000Z');
export const teamId = 'team_01k9vafd3zq8w5n4m2xj7ht6ra';
export const keyArn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
export const parties = { customer: '111122223333', platform: '210987654321', partition: 'aws', teamId } as const;
export const sweepActor: Actor = { kind: 'sweep', id: 'sweep' };
export const tokenActor: Actor = { kind: 'token', id: 'tok_01k9vafd3zq8w5n4m2xj7ht6rt' };

/** Ids that count up, in the shape of real ones. */
export function countingIds(): NewId {
  let count = 0;
  return (kind) => `${kind}_${String(++count).padStart(26, '0')}`;
}

export const anId = (kind: string, number: number): string => `${kind}_${String(number).padStart(26, '0')}`;

export const allActions = (state: ActionState): Record<Action, ActionState> =>
  Object.fromEntries(neededActions.map((action) => [action, state])) as Record<Action, ActionState>;

/** The result of a check that found every action allowed. */
export const aProbe = (changes: Partial<ProbeResult> = {}): ProbeResult => ({
  metadata: { KeyState: 'Enabled', KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT' },
  found: true,
  actions: allActions('allowed'),
  unusable: null,
  unknown: null,
  rotation: true,
  foreignContext: 'denied',
  canary: 'Y2FuYXJ5',
  calls: [],
  ...changes,
});

export const aDisabledProbe = (): ProbeResult =>
  aProbe({
    metadata: { KeyState: 'Disabled', KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT' },
    actions: { ...allActions('unknown'), DescribeKey: 'allowed' },
    unusable: 'key_disabled',
    foreignContext: 'unknown',
    canary: null,
  });

export const anUnansweredProbe = (): ProbeResult =>
  aProbe({
    metadata: null,
    actions: allActions('unknown'),
    unknown: 'kms_unreachable',
    rotation: null,
    foreignContext: 'unknown',
    canary: null,
  });

const aCheck = (probe: ProbeResult = aProbe()): Check => judge(probe, { arn: keyArn, at, parties });

export const aKey = (changes: Partial<Key> = {}): Key => ({
  id: anId('key', 1),
  teamId,
  arn: keyArn,
  status: 'usable',
  check: aCheck(),
  canary: 'Y2FuYXJ5',
  lockoutId: null,
  databases: 1,
  createdAt: at.toISOString(),
  version: 1,
  ...changes,
});

/** A key after a check found it disabled. */
export const anUnusableKey = (changes: Partial<Key> = {}): Key =>
  aKey({ status: 'unusable', check: aCheck(aDisabledProbe()), ...changes });

/** The result of a check that found these actions refused. */
export const aRefusingProbe = (...refused: readonly Action[]): ProbeResult =>
  aProbe({
    actions: { ...allActions('allowed'), ...Object.fromEntries(refused.map((action) => [action, 'denied'])) },
  });

/** A key after a check found these actions refused; without Decrypt among them. */
export const aDegradedKey = (refused: readonly Action[], changes: Partial<Key> = {}): Key =>
  aKey({ status: 'degraded', check: aCheck(aRefusingProbe(...refused)), ...changes });

export const aLockout = (changes: Partial<Lockout> = {}): Lockout => {
  const state: LockoutState = changes.state ?? 'waiting';
  return {
    id: anId('lk', 1),
    teamId,
    keyId: anId('key', 1),
    keyArn,
    state,
    cause: 'key_disabled',
    openedAt: at.toISOString(),
    deadline: '2026-11-24T11:10:00.000Z',
    noticedBy: 'event',
    steps: [{ state: 'waiting', at: at.toISOString() }],
    run: 1,
    runAt: at.toISOString(),
    machine: machineFor(state),
    round: 0,
    version: 1,
    ...changes,
  };
};

export const aDatabase = (changes: Partial<Database> = {}): Database => {
  const down = changes.status === 'stopped' || changes.status === 'creating';
  return {
    id: anId('db', 1),
    teamId,
    name: 'redis-cubic-10482',
    plan: 'private-7',
    appId: anId('app', 1),
    appName: 'your-app-name',
    status: 'available',
    server: down ? 'stopped' : 'running',
    service: down ? 'stopped' : 'running',
    serverId: anId('srv', 1),
    endpoint: { host: '127.0.0.1', port: 22_000, tlsPort: 22_001 },
    keyId: anId('key', 1),
    keyArn,
    sealedPassword: 'c2VhbGVk',
    passwordSha256: 'ab'.repeat(32),
    grantId: 'grant-1',
    attachments: [{ appId: anId('app', 1), name: 'REDIS' }],
    failure: null,
    createdAt: at.toISOString(),
    version: 1,
    ...changes,
  };
};

export const databases = (count: number, changes: Partial<Database> = {}): Database[] =>
  Array.from({ length: count }, (_, index) =>
    aDatabase({
      id: anId('db', index + 1),
      name: `redis-${index + 1}-db`,
      serverId: anId('srv', index + 1),
      ...changes,
    }),
  );

export const anApp = (changes: Partial<App> = {}): App => ({
  id: anId('app', 1),
  teamId,
  name: 'your-app-name',
  space: { id: anId('space', 1), name: 'acme-private' },
  tier: 'private',
  admins: ['admin@example.com'],
  configVars: {},
  attachments: [],
  release: 1,
  createdAt: at.toISOString(),
  version: 1,
  ...changes,
});
