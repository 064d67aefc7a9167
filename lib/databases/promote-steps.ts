/**
 * The steps of promote-database. Each step reads the database again, does nothing at a later stage, and is idempotent.
 * Before the stage `switching`, a failure undoes the promotion; from there on it is completed.
 */

import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database, Promotion, PromotionStage } from '#lib/model/database.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import type { RestartRequest } from '#lib/model/outbox-message.ts';
import { assertDone } from '#lib/model/outcome.ts';
import type { Needs, NeedsFleet } from '#lib/model/ports.ts';
import { Problem, Transient } from '#lib/model/problem.ts';
import { subjectOf } from './create.ts';
import { assertNotLockedOut, type PromotableDeps, promotable } from './promote.ts';
import type { DatabaseRef } from './provision.ts';

export type PromotionDeps = Omit<PromotableDeps, 'fleet'> &
  Needs<'findApp' | 'databasesById' | 'commit' | 'now'> &
  NeedsFleet<'caughtUp' | 'pauseWrites' | 'resumeWrites' | 'promote'> & {
    readonly restartApp: (request: RestartRequest) => Promise<void>;
    readonly pause: (milliseconds: number) => Promise<void>;
  };

export const actor: Actor = { kind: 'workflow', id: 'promote-database' };

/** How long writes may be paused before the promotion is undone. */
const maxPauseMs = 30_000;
/** One step takes at most 2 seconds. */
const checksPerStep = 100;
const checkIntervalMs = 20;

export interface PromotionContext {
  readonly database: Database;
  readonly promotion: Promotion;
  readonly leader: Database | null;
}

/** Runs the operation if the promotion is in one of these stages. */
export const step =
  (stages: readonly PromotionStage[], operation: (deps: PromotionDeps, context: PromotionContext) => Promise<void>) =>
  (deps: PromotionDeps) =>
  ({ teamId, databaseId }: DatabaseRef): Promise<void> =>
    retryOnConflict(async () => {
      const database = await deps.databaseById(teamId, databaseId);
      if (!database?.promotion || !stages.includes(database.promotion.stage)) return;
      const { promotion } = database;
      const leader = promotion.leaderId ? await deps.databaseById(teamId, promotion.leaderId) : null;
      await operation(deps, { database, promotion, leader });
    });

/**
 * Runs before any change. Throws `Transient` for a lag that may shrink and for an append-only file that is incomplete,
 * for which writes would be paused otherwise; and what `promotable` throws.
 */
export const confirmCatchUp = step(['preparing'], async (deps, { database }) => {
  try {
    const { progress } = await promotable(deps, database);
    if (progress?.isPersisted === false) throw new Transient('The follower is still writing its append-only file');
  } catch (error) {
    if (error instanceof Problem && error.extra.lagBytes) throw new Transient(error.message);
    throw error;
  }
});

/** The stage is committed before the writes are paused, so that every way back resumes them. */
export const pauseLeaderWrites = step(['preparing', 'shut_out'], async (deps, { database, promotion, leader }) => {
  if (!leader) return;
  if (promotion.stage === 'preparing') {
    await promotable(deps, database);
    const at = deps.now();
    const entry: NewEntry = { type: 'WritersRefused', actor, subject: subjectOf(leader), data: { name: leader.name } };
    await commitStage(deps, database, {
      promotion: { ...promotion, stage: 'shut_out', shutOutAt: at.toISOString() },
      entries: [entry],
    });
  }
  assertDone(await (await deps.fleet()).pauseWrites([leader.serverId]));
});

/**
 * Waits until the follower has every acknowledged write. Throws `key_unusable`, and `wrong_state` if writes were paused
 * for more than 30 seconds.
 */
export const awaitLastWrite = step(['shut_out'], async (deps, { database, promotion, leader }) => {
  const fleet = await deps.fleet();
  let detail = '';
  for (let check = 0; check < checksPerStep; check += 1) {
    const [progress] = await fleet.caughtUp([database.serverId]);
    if (progress?.state === 'following' && progress.lagBytes === 0) return;
    detail = progress?.detail ?? '';
    if (progress?.link === 'down') await assertNeitherLockedOut(deps, database, leader);
    await deps.pause(checkIntervalMs);
  }
  const since = Date.parse(promotion.shutOutAt ?? '');
  if (deps.now().getTime() - since < maxPauseMs) throw new Transient('The follower has not received all writes yet');
  throw new Problem('wrong_state', `The follower did not receive the leader's last writes in time. ${detail}`);
});

/** After a lockout of either key, no more writes arrive. */
async function assertNeitherLockedOut(deps: PromotionDeps, database: Database, leader: Database | null): Promise<void> {
  const current = await deps.databasesById(database.teamId, [database.id, ...(leader ? [leader.id] : [])]);
  for (const each of current) await assertNotLockedOut(deps, each);
}

/** Commits the decision against the rows of both databases: a concurrent lockout wins, and the promotion is undone. */
const decide = step(['preparing', 'shut_out'], async (deps, { database, promotion }) => {
  const { leader } = await promotable(deps, database);
  const next: Database = { ...database, promotion: { ...promotion, stage: 'switching' } };
  const changes = [databaseSaved(next), ...(leader ? [databaseSaved(leader)] : [])];
  await deps.commit({ teamId: database.teamId, at: deps.now(), changes });
});

const promoteFollower = step(['switching'], async (deps, { database, promotion, leader }) => {
  if (leader)
    assertDone(await (await deps.fleet()).promote([{ serverId: database.serverId, leaderServerId: leader.serverId }]));
  const data = { name: database.name, leader: leader?.name ?? '' };
  const entry: NewEntry = { type: 'FollowerPromoted', actor, subject: subjectOf(database), data };
  await commitStage(deps, database, { promotion: { ...promotion, stage: 'leading' }, entries: leader ? [entry] : [] });
});

export const makeLeader = (deps: PromotionDeps) => async (ref: DatabaseRef) => {
  await decide(deps)(ref);
  await promoteFollower(deps)(ref);
};

/** Restarts the app with its new URL before the previous leader takes writes again. */
export const restartPromotedApp = step(['moved'], async (deps, { database, promotion }) => {
  const app = await deps.findApp(database.teamId, promotion.appId);
  if (app) await deps.restartApp({ teamId: app.teamId, appId: app.id, release: app.release });
});

async function commitStage(
  deps: PromotionDeps,
  database: Database,
  change: { promotion: Promotion; entries: readonly NewEntry[] },
): Promise<void> {
  const { promotion, entries } = change;
  await deps.commit({
    teamId: database.teamId,
    at: deps.now(),
    changes: [databaseSaved({ ...database, promotion })],
    entries,
  });
}
