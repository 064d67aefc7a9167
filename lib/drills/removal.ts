/** The last stage: ends the drill's lockout, destroys the fork, and closes the drill. */

import { destructionOf } from '#lib/databases/remove.ts';
import type { Database } from '#lib/model/database.ts';
import { enteredStage } from '#lib/model/drill.ts';
import { cancelledForDrill } from '#lib/model/drill-lockout.ts';
import type { LastDrill } from '#lib/model/drill-state.ts';
import { isUnderWay } from '#lib/model/execution.ts';
import { joined } from '#lib/model/items/bounds.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { drillClosed } from '#lib/model/items/drills.ts';
import { keySaved } from '#lib/model/items/keys.ts';
import { watchEnded } from '#lib/model/items/watched.ts';
import type { Key } from '#lib/model/key.ts';
import { isOver } from '#lib/model/lockout.ts';
import { noticeOf } from '#lib/model/warnings/notices.ts';
import { endedEntry } from './entries.ts';
import { findingsOf } from './findings.ts';
import { actor, type DrillContext, type Stage, type StageResult, wait } from './stage.ts';

const pollSeconds = 5;

export const remove: Stage = async (context) => {
  const { drill, fork, lockout, at } = context;
  if (lockout?.drill?.verdict && !isOver(lockout.state))
    return { drill, part: cancelledForDrill(lockout, at), waitSeconds: 0 };
  if (!fork) return closed(context);
  return destroyed(context, fork);
};

/**
 * A fork that is being created is removed once provisioning has ended. A destruction that ended without success begins
 * anew.
 */
async function destroyed(context: DrillContext, fork: Database): Promise<StageResult> {
  const { deps, drill, at } = context;
  if (fork.status === 'creating') return wait(context, pollSeconds);
  const { removal } = drill;
  const execution = removal && { machine: 'destroy-database' as const, name: removal.name, requestedAt: removal.at };
  if (execution && (await isUnderWay(deps, execution))) return wait(context, pollSeconds);
  const workflow = destructionOf(fork);
  return {
    drill: { ...drill, removal: { name: workflow.name, at: at.toISOString() } },
    part: {
      changes: [databaseSaved({ ...fork, status: 'destroying', fork: null }), ...(fork.fork ? [watchEnded(fork)] : [])],
      effects: [workflow],
    },
    waitSeconds: pollSeconds,
  };
}

/** The fork was removed: keys may be drilled again, and the drilled key keeps the outcome. */
async function closed(context: DrillContext): Promise<StageResult> {
  const { deps, drill, key, drillKey, at } = context;
  const found = drill.mode === 'real' ? { ...drill, findings: await findingsOf(deps, drill) } : drill;
  const ended = enteredStage(found, 'ended', at);
  const last: LastDrill = {
    id: drill.id,
    mode: drill.mode,
    outcome: drill.verdict?.outcome ?? 'failed',
    at: at.toISOString(),
  };
  const toldKey = { teamId: drill.teamId, id: drill.keyId };
  const keys = drillKey && drillKey.id !== key?.id ? [withoutMark(drillKey)] : [];
  return {
    drill: ended,
    part: joined([
      {
        changes: [
          ...drillClosed(drill),
          ...keys.map(keySaved),
          ...(key ? [keySaved({ ...key, lastDrill: last })] : []),
        ],
        entries: [endedEntry(ended, actor)],
        effects: last.outcome === 'failed' ? [noticeOf(toldKey, 'drill_failed', { about: drill.id })] : [],
      },
    ]),
    waitSeconds: 0,
  };
}

const withoutMark = ({ drill: _drill, ...key }: Key): Key => key;
