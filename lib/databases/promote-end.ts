/** The two ends of a promotion: completed or undone. Both resume the writes of the previous leader. */

import type { Database } from '#lib/model/database.ts';
import type { NewEntry } from '#lib/model/entry.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { watchEnded } from '#lib/model/items/watched.ts';
import { assertDone, detailOf } from '#lib/model/outcome.ts';
import { subjectOf } from './create.ts';
import { actor, type PromotionContext, type PromotionDeps, step } from './promote-steps.ts';
import type { MarkFailed } from './remove.ts';

/** The last step: clears the promotion and makes the previous leader an independent database. */
export const resumeLeaderWrites = step(['moved'], async (deps, { database, promotion, leader }) => {
  await resumeWritesOf(deps, leader);
  const { name, teamId } = database;
  const app = await deps.findApp(teamId, promotion.appId);
  await deps.commit({
    teamId,
    at: deps.now(),
    changes: [databaseSaved({ ...database, promotion: null }), ...handoverCleared(leader), watchEnded(database)],
    entries: [
      ...(leader ? [writesResumed(leader)] : []),
      {
        type: 'DatabasePromoted',
        actor,
        subject: { ...subjectOf(database), appId: promotion.appId },
        data: { name, app: app?.name ?? '' },
      },
    ],
  });
});

/** Restores the state before the promotion. A promotion that has reached the stage `switching` is not undone. */
export const undoPromotion =
  (deps: PromotionDeps) =>
  ({ error, ...ref }: MarkFailed): Promise<void> =>
    step(['preparing', 'shut_out'], (_, context) => undo(deps, context, error))(deps)(ref);

async function undo(
  deps: PromotionDeps,
  { database, promotion, leader }: PromotionContext,
  error: MarkFailed['error'],
): Promise<void> {
  await resumeWritesOf(deps, leader);
  const { name, teamId } = database;
  const data = { name, reason: error.Error, detail: detailOf(error.Cause) };
  await deps.commit({
    teamId,
    at: deps.now(),
    changes: [
      databaseSaved({ ...database, promotion: null }),
      ...handoverCleared(leader),
      ...(database.fork ? [] : [watchEnded(database)]),
    ],
    entries: [
      ...(leader && promotion.stage === 'shut_out' ? [writesResumed(leader)] : []),
      { type: 'PromotionUndone', actor, subject: { ...subjectOf(database), appId: promotion.appId }, data },
    ],
  });
}

/** Ignores a leader's server that no longer exists. */
async function resumeWritesOf(deps: PromotionDeps, leader: Database | null): Promise<void> {
  if (!leader) return;
  const outcomes = await (await deps.fleet()).resumeWrites([leader.serverId]);
  assertDone(outcomes.filter((outcome) => outcome.state !== 'failed' || outcome.reason !== 'not_found'));
}

const handoverCleared = (leader: Database | null) => (leader ? [databaseSaved({ ...leader, handoverTo: null })] : []);

const writesResumed = (leader: Database): NewEntry => ({
  type: 'WritersAdmitted',
  actor,
  subject: subjectOf(leader),
  data: { name: leader.name },
});
