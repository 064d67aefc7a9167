/** Lockouts. */

import * as z from 'zod/mini';
import type { LockoutDetail } from '#lib/lockouts/detail.ts';
import { causes } from '#lib/model/key.ts';
import { isOver, type Lockout } from '#lib/model/lockout.ts';
import { lockoutStates } from '#lib/model/lockout-state.ts';
import { presentOf } from '#lib/model/present-cause.ts';
import { type Infer, lazily, lazyObject } from '#lib/model/schema.ts';
import { type Caller, holdsScope } from '#lib/model/team.ts';
import { operation, pageOf, pageQuery, time } from './operation.ts';

const state = lazily(() => z.enum(lockoutStates));

export const LockoutView = lazyObject(() => ({
  id: z.string(),
  key: z.object({ id: z.string(), arn: z.string() }),
  state: state(),
  cause: z.enum(causes).check(z.describe('The cause that opened the lockout')),
  presentCause: z
    .nullable(z.enum(causes))
    .check(z.describe('Why the key is unusable now, as the last check found it; null once it is usable again')),
  isKeyGone: z.boolean().check(z.describe('Whether KMS has deleted the key, so that nothing brings it back')),
  deletionDate: z.nullable(z.string()).check(z.describe('When KMS deletes the key, where that is scheduled')),
  openedAt: time(),
  deadline: time().check(z.describe('When the waiting period ends')),
  noticedBy: z
    .string()
    .check(
      z.describe(
        'What detected the change: event, aws_principal (an event that names the caller), sweep or token (a check)',
      ),
    ),
  drill: z
    .nullable(z.string())
    .check(z.describe("The drill that rehearses the lockout with a fork alone; null for a key's own lockout")),
  steps: z.array(z.object({ state: state(), at: time() })).check(z.describe('When each state was entered')),
}));

export const lockoutView = (lockout: Lockout): Infer<typeof LockoutView> => {
  const { id, keyId, keyArn, state, cause, openedAt, deadline, noticedBy, steps } = lockout;
  const present = presentOf(lockout);
  return {
    ...{ id, state, cause, openedAt, deadline, noticedBy },
    key: { id: keyId, arn: keyArn },
    presentCause: present?.cause ?? null,
    isKeyGone: present?.isGone ?? false,
    deletionDate: present?.deletionDate ?? null,
    drill: lockout.drill?.drillId ?? null,
    steps: [...steps],
  };
};

const counted = (what: string) => z.int().check(z.describe(what));

export const LockoutDetailView = lazily(() =>
  z.extend(LockoutView(), {
    progress: z
      .nullable(
        z.object({
          databases: counted('Databases on the key, without those that are being created'),
          servicesStopped: z.int(),
          serversStopped: counted('Servers that are stopped, with their volumes sealed'),
          serversStarted: z.int(),
          servicesStarted: z.int(),
          held: counted('Databases that could not be stopped or started; retried every minute'),
        }),
      )
      .check(z.describe('Null once the lockout is over')),
    expected: z
      .object({ stoppedBy: z.nullable(time()), restoredBy: z.nullable(time()) })
      .check(
        z.describe("Estimated from the team's past lockouts; null for a phase that is not ahead or was never measured"),
      ),
    remedy: z
      .array(z.object({ text: z.nullable(z.string()), commands: z.array(z.string()) }))
      .check(z.describe("AWS CLI commands that undo the present cause, in order, for the key's account")),
    actions: z
      .array(z.enum(['check']))
      .check(z.describe('What the caller may do now: `check` is POST /v1/keys/{key}/checks')),
  }),
);

export const lockoutDetailView = (
  { lockout, progress, expected, remedy }: LockoutDetail,
  caller: Caller | null,
): Infer<typeof LockoutDetailView> => ({
  ...lockoutView(lockout),
  progress,
  expected,
  remedy: remedy.map(({ text, commands }) => ({ text, commands: [...commands] })),
  actions: !isOver(lockout.state) && holdsScope(caller?.scopes ?? [], 'write') ? ['check'] : [],
});

export const ListLockouts = operation({
  id: 'listLockouts',
  route: 'GET /v1/lockouts',
  summary: "The team's lockouts, newest first",
  scope: 'read',
  query: pageQuery,
  response: () => pageOf(LockoutView()),
});

export const GetLockout = operation({
  id: 'getLockout',
  route: 'GET /v1/lockouts/{lockout}',
  summary: 'A lockout with its progress, its expected times, the remedy, and the actions that the caller may take now',
  scope: 'read',
  response: LockoutDetailView,
});
