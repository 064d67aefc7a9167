/** Starts a drill. All checks run here, before anything exists; the drill machine does the rest (design note 030). */

import { creationOf, type NewDatabaseDeps } from '#lib/databases/create.ts';
import { assertRoom } from '#lib/databases/placing.ts';
import type { Drill } from '#lib/model/drill.ts';
import { joined } from '#lib/model/items/bounds.ts';
import type { Change } from '#lib/model/items/change.ts';
import type { Key } from '#lib/model/key.ts';
import { parseKeyArn } from '#lib/model/key-arn.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem, wrongState } from '#lib/model/problem.ts';
import type { Registration } from '#lib/model/registration.ts';
import { requireApp, requireKey } from '#lib/model/require.ts';
import { type CandidateDeps, chooseLeader } from './candidates.ts';
import { type DrillPlan, type DrillRequest, drillPart, newDrill, newFork } from './new-drill.ts';

export type StartDrillDeps = CandidateDeps &
  NewDatabaseDeps &
  Needs<'keyById' | 'findApp' | 'listLockouts' | 'commit'> & {
    readonly registerKey: (registration: Registration) => Promise<{ key: Key }>;
  };

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
    const { key: drillKey } = await deps.registerKey({ teamId, arn, actor });
    assertUsable(drillKey);
    assertEmpty(drillKey);
    return { key, drillKey, leader };
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

/** The full ARN of the drill key; null in a simulated drill. Throws `invalid_request` if it does not fit the mode. */
export function drillKeyArn(
  { mode, drillKey: pasted }: Pick<DrillRequest, 'mode' | 'drillKey'>,
  key: Pick<Key, 'arn'>,
): string | null {
  const problem = (detail: string) =>
    new Problem('invalid_request', detail, { errors: [{ pointer: '/drillKey', detail: 'Does not fit the mode' }] });
  if (mode === 'simulated' && pasted !== undefined)
    throw problem('A simulated drill runs under the key itself: leave out drillKey, or send mode real.');
  if (mode === 'simulated') return null;
  if (pasted === undefined)
    throw problem('A real drill needs a key that its owner disables: send the full ARN of a drill key as drillKey.');
  const { arn } = parseKeyArn(pasted);
  if (arn === key.arn)
    throw problem('The drill key must be another key: disabling this one would lock out its databases.');
  return arn;
}

function assertUsable({ arn, status, lockoutId, check }: Key): void {
  if (status === 'usable' && !lockoutId) return;
  throw new Problem('key_unusable', `The key ${arn} is ${status} now. Make it usable again, then start the drill.`, {
    cause: check.cause,
    lockout: lockoutId,
  });
}

function assertEmpty({ arn, databases }: Key): void {
  if (databases === 0) return;
  throw wrongState(
    'in_use',
    `The drill key ${arn} encrypts ${databases} databases, which its owner would lock out. Use a key without databases.`,
  );
}
