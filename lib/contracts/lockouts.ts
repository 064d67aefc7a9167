/** Lockouts. */
import * as z from 'zod/mini';
import { presentOf } from '#lib/lockouts/present-cause.ts';
import { type Lockout, lockoutStates } from '#lib/model/lockout.ts';
import { nameOrId, operation, pageOf, pageQuery, time } from './operation.ts';

const state = z.enum(lockoutStates);

export const LockoutView = z.object({
  id: z.string(),
  key: z.object({ id: z.string(), arn: z.string() }),
  state,
  cause: z.string().check(z.describe('What opened it')),
  presentCause: z
    .nullable(z.string())
    .check(z.describe('Why the key is unusable now, as the last check found it; null once it is usable again')),
  deletionDate: z.nullable(z.string()).check(z.describe('When KMS deletes the key, where that is scheduled')),
  openedAt: time,
  deadline: time.check(z.describe('When the waiting period ends')),
  noticedBy: z
    .string()
    .check(
      z.describe(
        'What brought the news: event, aws_principal (an event that names the caller), sweep or token (a check)',
      ),
    ),
  steps: z.array(z.object({ state, at: time })).check(z.describe('When each state was entered')),
});

export const lockoutView = (lockout: Lockout): z.infer<typeof LockoutView> => {
  const { id, keyId, keyArn, state, cause, openedAt, deadline, noticedBy, steps } = lockout;
  const present = presentOf(lockout);
  return {
    ...{ id, state, cause, openedAt, deadline, noticedBy },
    key: { id: keyId, arn: keyArn },
    presentCause: present?.cause ?? null,
    deletionDate: present?.deletionDate ?? null,
    steps: [...steps],
  };
};

export const ListLockouts = operation({
  id: 'listLockouts',
  method: 'GET',
  path: '/v1/lockouts',
  summary: "The team's lockouts, newest first",
  scope: 'read',
  query: pageQuery,
  answer: pageOf(LockoutView),
});

export const GetLockout = operation({
  id: 'getLockout',
  method: 'GET',
  path: '/v1/lockouts/{lockout}',
  summary: 'One lockout',
  scope: 'read',
  params: z.strictObject({ lockout: nameOrId.check(z.describe("The lockout's id")) }),
  answer: LockoutView,
  problems: ['not_found'],
});
