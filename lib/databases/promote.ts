/**
 * Makes a database an app's `REDIS_URL`, and a follower a leader. All checks run here; the promote-database machine
 * performs the switch.
 */

import { primaryName } from '#lib/apps/attachment-name.ts';
import type { App } from '#lib/model/app.ts';
import { type AssertReadyDeps, assertReady } from '#lib/model/assert-ready.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database, Promotion } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import type { Progress } from '#lib/model/fleet.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { watchBegun } from '#lib/model/items/watched.ts';
import type { OutboxMessage } from '#lib/model/outbox-message.ts';
import type { Needs, NeedsFleet } from '#lib/model/ports.ts';
import { wrongState } from '#lib/model/problem.ts';
import type { DatabaseRequest } from '#lib/model/request.ts';
import { requireApp, requireDatabase } from '#lib/model/require.ts';
import { subjectOf } from './create.ts';
import { assertPlanFits, planOf } from './fitting.ts';

export type PromotableDeps = AssertReadyDeps & Needs<'databaseById'> & NeedsFleet<'caughtUp'>;

export type PromoteDeps = PromotableDeps & Needs<'findDatabase' | 'findApp' | 'commit' | 'now'>;

/**
 * Idempotent while the promotion runs and after it. Throws `not_found`, `plan_unsupported`, `key_unusable`, and
 * `wrong_state` with `lagBytes` for a follower that has not caught up.
 */
export const promoteDatabase =
  (deps: PromoteDeps) =>
  ({ teamId, actor, database: databaseName, app: appName }: DatabaseRequest & { app: string }): Promise<Database> =>
    retryOnConflict(async () => {
      const database = await requireDatabase(deps)(teamId, databaseName);
      const app = await requireApp(deps)(teamId, appName);
      assertPlanFits(planOf(database.plan), app, database.keyArn !== null);
      if (database.promotion) return assertSameApp(database, database.promotion, app);
      const { leader } = await promotable(deps, database);
      if (!database.fork && isPrimary(database, app)) return database;
      return beginPromotion(deps, { database, app, leader, actor });
    });

interface PromotionInput {
  readonly database: Database;
  readonly app: App;
  readonly leader: Database | null;
  readonly actor: Actor;
}

async function beginPromotion(deps: PromoteDeps, { database, app, leader, actor }: PromotionInput): Promise<Database> {
  const at = deps.now();
  const start = { stage: 'preparing' as const, shutOutAt: null, run: 1, runAt: at.toISOString() };
  const promotion: Promotion = { appId: app.id, leaderId: leader?.id ?? null, ...start };
  const promoting: Database = { ...database, promotion };
  const data = { name: database.name, app: app.name, leader: leader?.name ?? null };
  await deps.commit({
    teamId: database.teamId,
    at,
    changes: [
      databaseSaved(promoting),
      leader ? databaseSaved({ ...leader, handoverTo: database.id }) : watchBegun(database),
    ],
    entries: [{ type: 'PromotionStarted', actor, subject: { ...subjectOf(database), appId: app.id }, data }],
    effects: [workflowFor(database, promotion)],
  });
  return promoting;
}

function assertSameApp(database: Database, { appId }: Promotion, app: App): Database {
  if (appId === app.id) return database;
  throw wrongState(
    'promoting',
    `Database ${database.name} is being promoted for another app. Repeat when that is done.`,
  );
}

const isPrimary = ({ attachments }: Database, app: App): boolean =>
  attachments.some(({ appId, name }) => appId === app.id && name === primaryName);

/** Both are null for an independent database. */
interface Promotable {
  readonly leader: Database | null;
  readonly progress: Progress | null;
}

/** Throws `key_unusable`, `wrong_state`. */
export async function promotable(deps: PromotableDeps, database: Database): Promise<Promotable> {
  await assertReady(deps, database, { doing: 'be promoted' });
  if (database.rotating || database.handoverTo) throw busyError(database);
  if (!database.fork) return { leader: null, progress: null };
  const leader = await deps.databaseById(database.teamId, database.fork.leaderId);
  if (!leader) {
    throw wrongState(database.status, `The leader of ${database.name} no longer exists, so its lag is unknown.`, {
      lagBytes: null,
    });
  }
  await assertNotLockedOut(deps, leader);
  if (leader.handoverTo && leader.handoverTo !== database.id) throw busyError(leader);
  return { leader, progress: await requireCaughtUp(deps, database) };
}

/** Before the switch, a lockout of either key undoes the promotion. */
export const assertNotLockedOut = (deps: AssertReadyDeps, leader: Database): Promise<void> =>
  assertReady(deps, leader, { doing: 'hand over to its follower' });

const busyError = ({ name, rotating }: Database) =>
  wrongState(
    rotating ? 'rotating' : 'promoting',
    `Database ${name} is busy: ${rotating ? 'its password changes' : 'another promotion is under way'}.`,
  );

async function requireCaughtUp(deps: PromotableDeps, { name, serverId, status }: Database): Promise<Progress> {
  const [progress] = await (await deps.fleet()).caughtUp([serverId]);
  if (progress?.state === 'following' && progress.caughtUp) return progress;
  throw wrongState(
    status,
    `Database ${name} has not caught up: ${progress?.detail ?? 'its lag is unknown.'} Wait, then repeat.`,
    { lagBytes: progress?.lagBytes ?? null, caughtUp: false },
  );
}

/** Deterministic, so that Step Functions starts one execution per promotion and run. */
export const executionOf = ({ id }: Pick<Database, 'id'>, { runAt, run }: Promotion): string =>
  `${id}-${Date.parse(runAt)}-${run}`;

export const workflowFor = (database: Pick<Database, 'id' | 'teamId'>, promotion: Promotion): OutboxMessage => ({
  kind: 'workflow',
  machine: 'promote-database',
  name: executionOf(database, promotion),
  input: { teamId: database.teamId, databaseId: database.id },
});
