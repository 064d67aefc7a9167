/**
 * The steps of promote-database. Each reads the database anew, does nothing when a later stage is reached, and may run twice. Until the stage
 * `switching` a failure lets the leader's writers in again and leaves everything as it was; from there on it only goes forward.
 */

import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database, Promotion, PromotionStage } from '#lib/model/database.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import type { RestartRequest } from '#lib/model/outbox-message.ts';
import { assertDone } from '#lib/model/outcome.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem, Transient } from '#lib/model/problem.ts';
import { subjectOf } from './create.ts';
import { assertNotLockedOut, type PromotableDeps, promotable } from './promote.ts';
import type { DatabaseRef } from './provision.ts';

export type PromotionDeps = PromotableDeps &
  Needs<'findApp' | 'databasesById' | 'commit' | 'fleet' | 'now'> & {
    readonly restartApp: (request: RestartRequest) => Promise<void>;
    readonly pause: (milliseconds: number) => Promise<void>;
  };

export const actor: Actor = { kind: 'workflow', id: 'promote-database' };

/** How long an app's writes may be refused before the promotion is undone, and how long one step looks. */
const patienceMs = 30_000;
const looks = 100;
const pauseMs = 20;

/** A database under promotion, as a step finds it. */
export interface Case {
  readonly database: Database;
  readonly promotion: Promotion;
  readonly leader: Database | null;
}

/** Runs a step on a promotion in one of these stages; in any other there is nothing to do. */
export const step =
  (stages: readonly PromotionStage[], work: (deps: PromotionDeps, found: Case) => Promise<void>) =>
  (deps: PromotionDeps) =>
  ({ teamId, databaseId }: DatabaseRef): Promise<void> =>
    retryOnConflict(async () => {
      const database = await deps.databaseById(teamId, databaseId);
      if (!database?.promotion || !stages.includes(database.promotion.stage)) return;
      const { promotion } = database;
      const leader = promotion.leaderId ? await deps.databaseById(teamId, promotion.leaderId) : null;
      await work(deps, { database, promotion, leader });
    });

/** Before anything is touched. A lag that grew meanwhile is waited for; what stands in the way for good ends it. */
export const confirmCatchUp = step(['preparing'], async (deps, { database }) => {
  try {
    await promotable(deps, database);
  } catch (error) {
    if (error instanceof Problem && error.extra.lagBytes) throw new Transient(error.message);
    throw error;
  }
});

/** On record first: whatever happens next, the way back lets them in again. */
export const shutOutWriters = step(['preparing', 'shut_out'], async (deps, { database, promotion, leader }) => {
  if (!leader) return;
  if (promotion.stage === 'preparing') {
    await promotable(deps, database);
    const at = deps.now();
    const entry: NewEntry = { type: 'WritersRefused', actor, subject: subjectOf(leader), data: { name: leader.name } };
    await staged(deps, database, {
      promotion: { ...promotion, stage: 'shut_out', shutOutAt: at.toISOString() },
      entries: [entry],
    });
  }
  assertDone(await (await deps.fleet()).pauseWrites([leader.serverId]));
});

/** No acknowledged write may be missing. Throws `key_unusable`; `wrong_state` once the app's writes were refused for half a minute. */
export const awaitLastWrite = step(['shut_out'], async (deps, { database, promotion, leader }) => {
  const fleet = await deps.fleet();
  let detail = '';
  for (let look = 0; look < looks; look += 1) {
    const [progress] = await fleet.caughtUp([database.serverId]);
    if (progress?.state === 'following' && progress.lagBytes === 0) return;
    detail = progress?.detail ?? '';
    if (progress?.link === 'down') await refuseEither(deps, database, leader);
    await deps.pause(pauseMs);
  }
  const since = Date.parse(promotion.shutOutAt ?? '');
  if (deps.now().getTime() - since < patienceMs) throw new Transient('The follower lacks writes yet');
  throw new Problem('wrong_state', `The follower did not get the leader's last writes in time. ${detail}`);
});

/** A lockout stops the leader's writes, or the follower's: nothing more will come. */
async function refuseEither(deps: PromotionDeps, database: Database, leader: Database | null): Promise<void> {
  const fresh = await deps.databasesById(database.teamId, [database.id, ...(leader ? [leader.id] : [])]);
  for (const each of fresh) await assertNotLockedOut(deps, each);
}

/** Decided on the rows as they were read, the leader's too: a lockout that comes first wins, and the promotion is undone. */
const decide = step(['preparing', 'shut_out'], async (deps, { database, promotion }) => {
  const leader = await promotable(deps, database);
  const next: Database = { ...database, promotion: { ...promotion, stage: 'switching' } };
  const changes = [databaseSaved(next), ...(leader ? [databaseSaved(leader)] : [])];
  await deps.commit({ teamId: database.teamId, at: deps.now(), changes, entries: [] });
});

const lead = step(['switching'], async (deps, { database, promotion, leader }) => {
  if (leader)
    assertDone(await (await deps.fleet()).promote([{ serverId: database.serverId, leaderServerId: leader.serverId }]));
  const data = { name: database.name, leader: leader?.name ?? '' };
  const entry: NewEntry = { type: 'FollowerPromoted', actor, subject: subjectOf(database), data };
  await staged(deps, database, { promotion: { ...promotion, stage: 'leading' }, entries: leader ? [entry] : [] });
});

export const makeLeader = (deps: PromotionDeps) => async (ref: DatabaseRef) => {
  await decide(deps)(ref);
  await lead(deps)(ref);
};

/** The app runs with its new URL before the old database takes writes again. */
export const restartTheApp = step(['moved'], async (deps, { database, promotion }) => {
  const app = await deps.findApp(database.teamId, promotion.appId);
  if (app) await deps.restartApp({ teamId: app.teamId, appId: app.id, release: app.release });
});

async function staged(
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
