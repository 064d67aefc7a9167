/** The ends of a promotion: through, or undone. Either way the old leader's writers are let in again. */

import type { Database } from '#lib/model/database.ts';
import type { NewEntry } from '#lib/model/entry.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { watchEnded } from '#lib/model/items/watched.ts';
import { assertDone, detailOf } from '#lib/model/outcome.ts';
import { subjectOf } from './create.ts';
import { actor, type Case, type PromotionDeps, step } from './promote-steps.ts';
import type { MarkFailed } from './remove.ts';

/** The last step: nothing of the promotion is left, and what was the leader is a database of its own. */
export const letWritersIn = step(['moved'], async (deps, { database, promotion, leader }) => {
  await admit(deps, leader);
  const { name, teamId } = database;
  const app = await deps.findApp(teamId, promotion.appId);
  await deps.commit({
    teamId,
    at: deps.now(),
    changes: [databaseSaved({ ...database, promotion: null }), ...released(leader), watchEnded(database)],
    entries: [
      ...(leader ? [admitted(leader)] : []),
      {
        type: 'DatabasePromoted',
        actor,
        subject: { ...subjectOf(database), appId: promotion.appId },
        data: { name, app: app?.name ?? '' },
      },
    ],
  });
});

/** Everything as it was before. A promotion that was decided is left to go forward. */
export const undoPromotion =
  (deps: PromotionDeps) =>
  ({ error, ...ref }: MarkFailed): Promise<void> =>
    step(['preparing', 'shut_out'], (_, found) => undone(deps, found, error))(deps)(ref);

async function undone(
  deps: PromotionDeps,
  { database, promotion, leader }: Case,
  error: MarkFailed['error'],
): Promise<void> {
  await admit(deps, leader);
  const { name, teamId } = database;
  const data = { name, reason: error.Error, detail: detailOf(error.Cause) };
  await deps.commit({
    teamId,
    at: deps.now(),
    changes: [
      databaseSaved({ ...database, promotion: null }),
      ...released(leader),
      ...(database.fork ? [] : [watchEnded(database)]),
    ],
    entries: [
      ...(leader && promotion.stage === 'shut_out' ? [admitted(leader)] : []),
      { type: 'PromotionUndone', actor, subject: { ...subjectOf(database), appId: promotion.appId }, data },
    ],
  });
}

/** A leader's server that is gone has no writers to let in. */
async function admit(deps: PromotionDeps, leader: Database | null): Promise<void> {
  if (!leader) return;
  const outcomes = await (await deps.fleet()).resumeWrites([leader.serverId]);
  assertDone(outcomes.filter((outcome) => outcome.state !== 'failed' || outcome.reason !== 'not_found'));
}

const released = (leader: Database | null) => (leader ? [databaseSaved({ ...leader, handoverTo: null })] : []);

const admitted = (leader: Database): NewEntry => ({
  type: 'WritersAdmitted',
  actor,
  subject: subjectOf(leader),
  data: { name: leader.name },
});
