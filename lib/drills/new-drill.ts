/** A drill and its fork at the drill's start. */
import { type NewDatabaseDeps, newDatabase } from '#lib/databases/create.ts';
import { planOf } from '#lib/databases/fitting.ts';
import { restartEstimate, stopEstimate } from '#lib/keys/impact-estimate.ts';
import type { Database } from '#lib/model/database.ts';
import { type Drill, drillExecutionName } from '#lib/model/drill.ts';
import type { DrillMode } from '#lib/model/drill-state.ts';
import type { Actor } from '#lib/model/entry.ts';
import type { Part } from '#lib/model/items/bounds.ts';
import type { Change } from '#lib/model/items/change.ts';
import { drillCreated } from '#lib/model/items/drills.ts';
import { databasesCounted, keySaved } from '#lib/model/items/keys.ts';
import type { Key } from '#lib/model/key.ts';
import type { OutboxMessage } from '#lib/model/outbox-message.ts';

export interface DrillRequest {
  readonly teamId: string;
  readonly key: string;
  readonly actor: Actor;
  readonly mode: DrillMode;
  /** Name or id; the smallest suitable database of the key if absent. */
  readonly database?: string | undefined;
  /** The full ARN of the drill key; required in a real drill, refused in a simulated one. */
  readonly drillKey?: string | undefined;
  /** 0 by default. */
  readonly waitingPeriodMinutes?: number | undefined;
}

/** What a drill would do. */
export interface DrillPlan {
  readonly key: Key;
  readonly drillKey: Key;
  readonly leader: Database;
}

/** The drill's fork, before it is created. */
export async function newFork(
  deps: NewDatabaseDeps,
  drillId: string,
  { key, drillKey, leader }: DrillPlan,
): Promise<Database> {
  const { plan, appId, appName } = leader;
  const fork = await newDatabase(deps, {
    teamId: key.teamId,
    name: `drill-${drillId.slice(-12)}`,
    plan: planOf(plan),
    app: { id: appId, name: appName },
    key: drillKey,
    leader,
  });
  return { ...fork, drillId };
}

/** The changes, entry and workflow of a drill's start. */
export function drillPart(drill: Drill, drillKey: Key, by: Actor): Required<Part> {
  const { id, keyId, keyArn: arn, mode, leaderName: database, waitingPeriodMinutes, forkId } = drill;
  const mark = { drillId: id, databaseId: forkId, keyId, waitingPeriodMinutes };
  const counted: Change =
    mode === 'real'
      ? keySaved({ ...drillKey, drill: mark, databases: drillKey.databases + 1 })
      : databasesCounted({ teamId: drill.teamId, keyId }, 1);
  const data = { arn, drill: id, mode, database, waitingPeriodMinutes };
  return {
    changes: [...drillCreated(drill), counted],
    entries: [{ type: 'DrillStarted', actor: by, subject: { keyId, drillId: id }, data }],
    effects: [workflowOf(drill)],
  };
}

export const workflowOf = (drill: Drill): OutboxMessage => ({
  kind: 'workflow',
  machine: 'drill',
  name: drillExecutionName(drill),
  input: { teamId: drill.teamId, drillId: drill.id, run: drill.run },
});

interface DrillInput extends DrillPlan {
  readonly id: string;
  readonly fork: Database;
  readonly request: DrillRequest;
  readonly at: Date;
  readonly past: Parameters<typeof stopEstimate>[0];
}

export function newDrill({ id, key, drillKey, leader, fork, request, at, past }: DrillInput): Drill {
  return {
    id,
    teamId: key.teamId,
    mode: request.mode,
    keyId: key.id,
    keyArn: key.arn,
    drillKeyId: drillKey.id,
    drillKeyArn: drillKey.arn,
    leaderId: leader.id,
    leaderName: leader.name,
    plan: leader.plan,
    forkId: fork.id,
    forkServerId: fork.serverId,
    waitingPeriodMinutes: request.waitingPeriodMinutes ?? 0,
    expected: { stopSeconds: stopEstimate(past).seconds, restartSeconds: restartEstimate(past).seconds },
    stage: 'forking',
    stages: [{ stage: 'forking', at: at.toISOString() }],
    lockoutId: null,
    digests: { before: null, after: null },
    digestBound: null,
    lagBytes: null,
    opening: null,
    noticed: null,
    silentPolls: 0,
    verdict: null,
    removal: null,
    startedBy: request.actor,
    startedAt: at.toISOString(),
    endedAt: null,
    run: 1,
    runAt: at.toISOString(),
    version: 1,
  };
}
