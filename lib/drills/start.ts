/** Starts a drill. All checks run here, before anything exists; the drill machine does the rest (design note 030). */

import { creationOf, type NewDatabaseDeps } from '#lib/databases/create.ts';
import { assertRoom } from '#lib/databases/placing.ts';
import type { Drill } from '#lib/model/drill.ts';
import { joined } from '#lib/model/items/bounds.ts';
import type { Change } from '#lib/model/items/change.ts';
import type { Needs } from '#lib/model/ports.ts';
import { requireApp, requireKey } from '#lib/model/require.ts';
import { type CandidateDeps, chooseLeader } from './candidates.ts';
import { assertUsable, type DrillKeyDeps, drillKeyArn, requireDrillKey } from './drill-key.ts';
import { type DrillPlan, type DrillRequest, drillPart, newDrill, newFork } from './new-drill.ts';

export type StartDrillDeps = CandidateDeps &
  NewDatabaseDeps &
  DrillKeyDeps &
  Needs<'keyById' | 'findApp' | 'listLockouts' | 'commit'>;

/**
 * Checks a drill without starting it; registers the drill key of a real drill. Throws `not_found`, `invalid_request`,
 * `wrong_state`, `key_unusable`, `key_rejected`, `key_taken`, `unavailable`.
 */
export const planDrill =
  (deps: StartDrillDeps) =>
  async (request: DrillRequest): Promise<DrillPlan> => {
    const { teamId, actor } = request;
    const key = await requireKey(deps)(teamId, request.key);
    const arn = drillKeyArn(request, key);
    assertUsable(key);
    const leader = await chooseLeader(deps, { key, database: request.database });
    assertRoom(await requireApp(deps)(teamId, leader.appId));
    if (arn === null) return { key, drillKey: key, leader };
    return { key, drillKey: await requireDrillKey(deps)({ teamId, arn, actor }), leader };
  };

/**
 * Returns the drill while its fork is being provisioned. Throws what `planDrill` throws, `wrong_state` while another
 * drill of the key is under way, and `quota_exceeded`. `besides` is written in the same commit.
 */
export const startDrill =
  (deps: StartDrillDeps) =>
  async (request: DrillRequest, besides: readonly Change[] = []): Promise<Drill> => {
    const plan = await planDrill(deps)(request);
    const { teamId } = plan.key;
    const at = deps.now();
    const id = deps.newId('drl');
    const fork = await newFork(deps, id, plan);
    const past = { keyId: plan.key.id, lockouts: (await deps.listLockouts(teamId, { limit: 100 })).items };
    const drill = newDrill({ ...plan, id, fork, request, at, past });
    await deps.commit({
      teamId,
      at,
      ...joined([
        drillPart(drill, plan.drillKey, request.actor),
        creationOf(fork, request.actor),
        { changes: besides },
      ]),
    });
    return drill;
  };
