/** The effects of disabling or deleting a key. */
import * as z from 'zod/mini';
import type { Impact } from '#lib/keys/impact.ts';
import { databaseStatuses } from '#lib/model/database.ts';
import { verdicts } from '#lib/model/key.ts';
import { type Infer, lazily, lazyObject } from '#lib/model/schema.ts';
import { operation, time } from './operation.ts';
import { AppRecipientView, appRecipientView } from './recipients.ts';

const mostShown = 500;
const some = <T extends z.ZodMiniType>(item: T) =>
  z.object({ total: z.int(), items: z.array(item).check(z.describe(`The first ${mostShown} at most`)) });
const estimate = lazily(() =>
  z
    .object({
      seconds: z.nullable(z.int()).check(z.describe('Null: never measured')),
      from: z.nullable(z.enum(['this_key', 'other_keys'])),
      measured: z.int(),
      reason: z.string(),
    })
    .check(z.describe("Estimated from the team's past lockouts")),
);

const ImpactView = lazyObject(() => ({
  key: z.object({ id: z.string(), arn: z.string(), status: z.enum(verdicts), lockout: z.nullable(z.string()) }),
  databases: some(
    z.object({
      id: z.string(),
      name: z.string(),
      plan: z.string(),
      status: z.enum(databaseStatuses),
      follows: z.nullable(z.string()),
    }),
  ).check(z.describe('Databases that stop, and whose data becomes inaccessible')),
  followers: some(z.object({ id: z.string(), name: z.string(), leader: z.string() })).check(
    z.describe('Followers under other keys: they keep running, but fall behind because their leaders stop'),
  ),
  backups: some(z.object({ id: z.string(), database: z.string(), createdAt: time(), expiresAt: time() })).check(
    z.describe('Backups that cannot be read or restored'),
  ),
  apps: some(
    z.object({
      id: z.string(),
      name: z.string(),
      configVars: z.array(z.object({ name: z.string(), database: z.string() })),
    }),
  ).check(z.describe('Apps whose connections end, and whose config vars read null until the key is usable again')),
  recipients: some(AppRecipientView()).check(z.describe('Admins of these apps, who are notified by mail')),
  unconfirmed: some(z.string()).check(
    z.describe('Admins of these apps who get a single mail until they confirm it with its code'),
  ),
  ifDisabledNow: z.object({
    noticedBy: time().check(
      z.describe('At the latest, if the event is lost; within seconds if key events are forwarded'),
    ),
    waitingPeriodSeconds: z.number(),
    actsAt: time().check(z.describe('The end of the waiting period; enabling the key before it cancels the lockout')),
    stoppedBy: z.nullable(time()).check(z.describe('Null if no stop was ever measured')),
    stop: estimate(),
  }),
  restart: estimate().check(
    z.describe("The time from enabling the key until all databases serve, estimated from the team's past lockouts"),
  ),
  safeToDelete: z.object({ verdict: z.enum(['yes', 'no']), because: z.array(z.string()) }),
}));

const first = <T, V>(all: readonly T[], view: (item: T) => V) => ({
  total: all.length,
  items: all.slice(0, mostShown).map((item) => view(item)),
});

export const impactView = (impact: Impact): Infer<typeof ImpactView> => ({
  key: { id: impact.key.id, arn: impact.key.arn, status: impact.key.status, lockout: impact.key.lockoutId },
  databases: first(impact.databases, ({ id, name, plan, status, fork }) => ({
    id,
    name,
    plan,
    status,
    follows: fork?.leaderName ?? null,
  })),
  followers: first(impact.followers, ({ id, name, fork }) => ({ id, name, leader: fork?.leaderName ?? '' })),
  backups: first(impact.backups, ({ id, databaseName, createdAt, expiresAt }) => ({
    id,
    database: databaseName,
    createdAt,
    expiresAt,
  })),
  apps: first(impact.apps, ({ id, name, configVars }) => ({ id, name, configVars: [...configVars] })),
  recipients: first(impact.recipients, appRecipientView),
  unconfirmed: first(impact.unconfirmed, (email) => email),
  ifDisabledNow: impact.ifDisabledNow,
  restart: impact.restart,
  safeToDelete: { verdict: impact.safeToDelete.verdict, because: [...impact.safeToDelete.because] },
});

export const GetImpact = operation({
  id: 'getImpact',
  route: 'GET /v1/keys/{key}/impact',
  summary:
    'What depends on the key, what would stop and when if the key were disabled now, how long a restart takes, and ' +
    'whether the key can be deleted safely',
  scope: 'read',
  response: ImpactView,
});
