/** The stages in which the fork is locked out and restored by the machines of every lockout. */

import { commitDrillLockout } from '#lib/lockouts/drill.ts';
import type { DrillVerdict } from '#lib/model/drill.ts';
import { restoredForDrill } from '#lib/model/drill-lockout.ts';
import { finalVerdict } from '#lib/model/drill-verdict.ts';
import type { EventData } from '#lib/model/events.ts';
import { isOfFork, isOver, type Lockout } from '#lib/model/lockout.ts';
import { entriesOfDrillKey } from './findings.ts';
import { digested } from './fork-stages.ts';
import { actor, type DrillContext, end, enter, requestedOfOwner, type Stage, wait } from './stage.ts';

const pollSeconds = 5;
/** For the owner of the drill key, whose calls are measured by the lockout and not by the poll. */
const ownerPollSeconds = 15;

/** A real drill: waits until the owner has disabled the drill key, and a lockout of it is open. */
export const awaitDisable: Stage = async (context) => {
  const { drillKey, deps, drill } = context;
  const lockout = drillKey?.lockoutId ? await deps.lockoutById(drill.teamId, drillKey.lockoutId) : null;
  if (!lockout) return wait(context, ownerPollSeconds);
  return enter(context, {
    stage: 'locking_out',
    changes: { lockoutId: lockout.id, noticed: { by: lockout.noticedBy, lagSeconds: await lagOf(context, lockout) } },
  });
};

/** From the call that CloudTrail recorded to the lockout, in seconds; null if no event of the call arrived. */
async function lagOf({ deps, drill }: DrillContext, { openedAt }: Lockout): Promise<number | null> {
  const called = (await entriesOfDrillKey(deps, drill))
    .filter(({ type }) => type === 'KeyEventReceived')
    .map(({ data }) => (data as EventData['KeyEventReceived']).cloudTrail?.at)
    .find((at) => at && Date.parse(at) <= Date.parse(openedAt));
  return called ? (Date.parse(openedAt) - Date.parse(called)) / 1000 : null;
}

/** Waits until the lockout has stopped the fork, then tries to open its volume. */
export const awaitStop: Stage = async (context) => {
  const { deps, drill, fork, lockout, at } = context;
  if (!lockout || !fork) return end(context, notStopped('The lockout no longer exists.'));
  if (isOver(lockout.state)) return end(context, notStopped('The key became usable before the fork was stopped.'));
  if (lockout.state !== 'stopped') return watched(context, lockout);
  const [opening] = await (await deps.fleet()).tryToOpen([fork.serverId]);
  const shown = opening && { answer: opening.answer, error: opening.error, requestId: opening.requestId };
  const changes = { opening: shown ?? null };
  if (drill.mode === 'real')
    return enter(context, {
      stage: 'awaiting_enable',
      changes,
      part: requestedOfOwner(drill, 'drill_enable_requested'),
    });
  return enter(context, { stage: 'restoring', changes, part: restoredForDrill(lockout, at) });
};

const notStopped = (detail: string): DrillVerdict => ({ outcome: 'failed', failure: 'not_stopped', detail });

/** A real drill: waits until the owner has enabled the drill key. */
export const awaitEnable: Stage = async (context) =>
  context.lockout?.state === 'stopped' ? wait(context, ownerPollSeconds) : enter(context, { stage: 'restoring' });

export const awaitRestore: Stage = async (context) => {
  const { lockout } = context;
  if (lockout?.state === 'restored') return enter(context, { stage: 'comparing' });
  return lockout ? watched(context, lockout) : wait(context, pollSeconds);
};

/** Digests the data set again and decides. */
export const compare: Stage = (context) =>
  digested(context, 'after', (after, then) => {
    const { drill, lockout } = then;
    const compared = { ...drill, digests: { ...drill.digests, after } };
    return end({ ...then, drill: compared }, finalVerdict(compared, lockout));
  });

/** The sweep does not see a drill's lockout, so the drill restarts an execution that ended. */
async function watched(context: DrillContext, lockout: Lockout) {
  if (isOfFork(lockout)) await commitDrillLockout(context.deps, { lockout, point: 'observed', actor });
  return wait(context, pollSeconds);
}
