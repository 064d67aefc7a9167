/**
 * The steps of both state machines between their batches: confirm and advance. Idempotent: each step reads the lockout
 * again and checks the key again.
 */

import { checkedTwice, confirmedCheck, type ObserveDeps, statusEntries } from '#lib/keys/observe.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Batch, Database, DatabaseStatus } from '#lib/model/database.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import { keySaved } from '#lib/model/items/keys.ts';
import type { Key, KeyUse, Verdict } from '#lib/model/key.ts';
import type { CheckFact } from '#lib/model/key-check.ts';
import { isOver, isSuperseded, type Lockout } from '#lib/model/lockout.ts';
import { moved, noticeOf, subjectOf } from '#lib/model/lockout-decision.ts';
import { isBeingDestroyed, type Phase } from '#lib/model/lockout-phases.ts';
import type { LockoutState } from '#lib/model/lockout-state.ts';
import { afterStep } from '#lib/model/lockout-transitions.ts';
import type { Needs } from '#lib/model/ports.ts';
import { causeNews } from '#lib/model/present-cause.ts';
import { Problem } from '#lib/model/problem.ts';
import { batchSize, firstPhase, type PacedBatch, paced, type Rates, secondPhase } from './pace.ts';

export type StepDeps = Pick<ObserveDeps, 'probe' | 'settings' | 'pause'> &
  Needs<'keyById' | 'lockoutById' | 'databasesOnKey' | 'batchOnKey' | 'commit' | 'now'> & {
    readonly rates: () => Rates;
  };

export interface StepInput {
  readonly teamId: string;
  readonly keyId: string;
  readonly lockoutId: string;
  readonly run: number;
}

export interface StepAnswer {
  /** `superseded`: a newer execution has taken over. */
  readonly state: LockoutState | 'superseded';
  /** The key's databases in batches of at most 50 for the next Map state; empty if none follows. */
  readonly batches: readonly PacedBatch[];
}

const superseded: StepAnswer = { state: 'superseded', batches: [] };
const actor: Actor = { kind: 'workflow', id: 'lockout' };

/** Confirms the lockout's direction. `waiting` is decided now; a restarted execution continues in the current state. */
export const confirmLockout =
  (deps: StepDeps) =>
  (input: StepInput): Promise<StepAnswer> =>
    onNewestRun(deps, input, async (lockout) => {
      if (isOver(lockout.state)) return { state: lockout.state, batches: [] };
      const { verdict, ...news } = await freshVerdict(deps, lockout);
      const to = directionOf(lockout.state, verdict);
      const state = to === lockout.state ? to : await enter(deps, { lockout, ...news, to });
      return { state, batches: await batchesFor(deps, lockout, firstPhase(state)) };
    });

/** A superseded execution does nothing. */
const onNewestRun = (
  deps: StepDeps,
  input: StepInput,
  work: (lockout: Lockout) => Promise<StepAnswer>,
): Promise<StepAnswer> =>
  retryOnConflict(async () => {
    const lockout = await lockoutOf(deps, input);
    return isSuperseded(lockout, input.run) ? superseded : work(lockout);
  });

/** A restarted execution changes only the direction; advancing is left to the completed step. */
function directionOf(state: LockoutState, verdict: Verdict): LockoutState {
  if (state === 'waiting') return afterStep(state, verdict);
  const next = afterStep(state, verdict);
  const isReversal = next === 'starting_servers' || next === 'stopping_services';
  return isReversal ? next : state;
}

/**
 * After all batches of a step: enters the next state, or reverses. Databases that are held keep the current state
 * open.
 */
export const advanceLockout =
  (deps: StepDeps) =>
  ({ from, ...input }: StepInput & { readonly from: LockoutState }): Promise<StepAnswer> =>
    onNewestRun(deps, input, async (lockout) => {
      if (lockout.state !== from)
        return { state: lockout.state, batches: await batchesFor(deps, lockout, secondPhase(lockout.state)) };
      const { verdict, ...news } = await freshVerdict(deps, lockout);
      const to = afterStep(from, verdict);
      const left = settledIn[to] ? await notIn(deps, lockout, settledIn[to]) : [];
      if (left.length > 0) {
        await hold(deps, lockout, left);
        return { state: from, batches: [] };
      }
      const state = await enter(deps, { lockout, ...news, to });
      return { state, batches: await batchesFor(deps, lockout, secondPhase(state)) };
    });

const among =
  (...statuses: readonly DatabaseStatus[]) =>
  ({ status }: Database): boolean =>
    statuses.includes(status);
/** A database that is being destroyed keeps its status, and is stopped and started like the others. */
const isGoingAnd =
  (its: Database['server']) =>
  (database: Database): boolean =>
    isBeingDestroyed(database) && database.server === its && database.service === its;
const [isDown, isUp] = [isGoingAnd('stopped'), isGoingAnd('running')];

/** The condition that all databases must meet before the lockout enters this state. */
const settledIn: { readonly [S in LockoutState]?: (database: Database) => boolean } = {
  stopped: (database) => among('stopped', 'failed', 'creating')(database) || isDown(database),
  restored: (database) => among('available', 'following', 'failed', 'creating')(database) || isUp(database),
};

async function lockoutOf(deps: StepDeps, { teamId, lockoutId }: StepInput): Promise<Lockout> {
  const lockout = await deps.lockoutById(teamId, lockoutId);
  if (!lockout) throw new Problem('not_found', `There is no lockout ${lockoutId}.`);
  return lockout;
}

interface KeyCheck {
  readonly key: Key;
  readonly checks: readonly CheckFact[];
  /** The entries for what the check changed. */
  readonly statusChanges: readonly NewEntry[];
}

async function freshVerdict(deps: StepDeps, lockout: Lockout): Promise<KeyCheck & { verdict: Verdict }> {
  const key = await deps.keyById(lockout.teamId, lockout.keyId);
  if (!key) throw new Problem('not_found', `There is no key ${lockout.keyId}.`);
  const { check, checks } = await (lockout.state === 'waiting' ? checkedTwice : confirmedCheck)(deps, key);
  const statusChanges = statusEntries(key, { check, checks }, actor);
  return { key: { ...key, status: check.verdict, check }, checks, statusChanges, verdict: check.verdict };
}

async function enter(
  deps: StepDeps,
  { lockout, key, checks, statusChanges, to }: KeyCheck & { lockout: Lockout; to: LockoutState },
): Promise<LockoutState> {
  const at = deps.now();
  const news = causeNews(lockout, { key, actor, checks, at });
  const { changes, entries, effects, lockoutId } = moved(news.lockout, to, { actor, checks, at });
  const keyChange = keySaved({ ...key, lockoutId });
  await deps.commit({
    teamId: lockout.teamId,
    at,
    changes: [...changes, keyChange],
    entries: [...statusChanges, ...news.entries, ...entries],
    effects: [...news.effects, ...effects],
  });
  return to;
}

async function hold(deps: StepDeps, lockout: Lockout, left: readonly Database[]): Promise<void> {
  const held = left.slice(0, batchSize).map(({ id, failure }) => ({
    databaseId: id,
    reason: failure?.reason ?? 'not_done',
    detail: failure?.detail ?? 'It did not finish in time.',
  }));
  const entry: NewEntry = {
    type: 'DatabasesHeld',
    actor,
    subject: subjectOf(lockout),
    data: { arn: lockout.keyArn, held },
  };
  await deps.commit({
    teamId: lockout.teamId,
    at: deps.now(),
    changes: [],
    entries: [entry],
    effects: [noticeOf(lockout, 'attention_needed')],
  });
}

/** Between two batches: 50 rows take 50 of the 3,000 read units per second of a DynamoDB partition. */
const readPauseSeconds = 0.01;

async function notIn(deps: StepDeps, use: KeyUse, settled: (database: Database) => boolean): Promise<Database[]> {
  const left: Database[] = [];
  for (const batch of await batchesOf(deps, use)) {
    left.push(...(await deps.batchOnKey(use, batch)).filter((database) => !settled(database)));
    await deps.pause(readPauseSeconds);
  }
  return left;
}

const batchesFor = async (deps: StepDeps, use: KeyUse, phase: Phase | null): Promise<PacedBatch[]> =>
  phase ? paced(await batchesOf(deps, use), phase, { rates: deps.rates(), at: deps.now() }) : [];

/** Ranges of 50 ids; the last range is open, so that it includes databases that are created concurrently. */
async function batchesOf(deps: StepDeps, use: KeyUse): Promise<Batch[]> {
  const batches: Batch[] = [];
  let after: string | null = null;
  do {
    const page = await deps.databasesOnKey(use, { after, limit: batchSize });
    batches.push({ after, upTo: page.cursor });
    after = page.cursor;
  } while (after);
  return batches;
}
