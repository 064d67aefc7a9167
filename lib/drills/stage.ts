/** What the stages of a drill share: what they read, and what they return. */
import type { DrillLockoutDeps } from '#lib/lockouts/drill.ts';
import type { Database } from '#lib/model/database.ts';
import type { Drill, DrillVerdict } from '#lib/model/drill.ts';
import { enteredStage, judged } from '#lib/model/drill.ts';
import type { DrillStage } from '#lib/model/drill-state.ts';
import type { Actor } from '#lib/model/entry.ts';
import type { Part } from '#lib/model/items/bounds.ts';
import type { Key } from '#lib/model/key.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { DrillRequestKind } from '#lib/model/outbox-message.ts';
import type { Needs, NeedsFleet } from '#lib/model/ports.ts';
import { noticeOf } from '#lib/model/warnings/notices.ts';
import type { FindingsDeps } from './findings.ts';

export type AdvanceDeps = DrillLockoutDeps &
  FindingsDeps &
  Needs<'drillById' | 'databaseById' | 'lockoutById' | 'isRunning'> &
  NeedsFleet<'measure' | 'caughtUp' | 'promote' | 'digest' | 'tryToOpen'>;

export const actor: Actor = { kind: 'workflow', id: 'drill' };

export interface DrillContext {
  readonly deps: AdvanceDeps;
  readonly drill: Drill;
  /** Null before its row exists, and after it was removed. */
  readonly fork: Database | null;
  readonly leader: Database | null;
  readonly key: Key | null;
  /** The same as `key` in a simulated drill. */
  readonly drillKey: Key | null;
  readonly lockout: Lockout | null;
  readonly at: Date;
}

/** The drill after one poll, with further changes of the same commit. */
export interface StageResult {
  readonly drill: Drill;
  readonly part?: Part;
  /** The time in the rows, which their timeline entries must have too; by default when the poll began. */
  readonly at?: Date;
  /** Until the next poll. */
  readonly waitSeconds: number;
}

export type Stage = (context: DrillContext) => Promise<StageResult>;

export const wait = ({ drill }: DrillContext, waitSeconds: number): StageResult => ({ drill, waitSeconds });

interface Entering {
  readonly stage: DrillStage;
  readonly changes?: Partial<Drill>;
  readonly part?: Part;
}

/** Enters the next stage, which is polled at once. */
export const enter = ({ drill, at }: DrillContext, { stage, changes, part }: Entering): StageResult => ({
  drill: enteredStage({ ...drill, ...changes }, stage, at),
  ...(part ? { part } : {}),
  at,
  waitSeconds: 0,
});

/** Asks the contacts of the key, by one mail each, for what its owner does with the drill key. */
export const requestedOfOwner = ({ id, teamId, keyId }: Drill, kind: DrillRequestKind): Part => ({
  changes: [],
  effects: [noticeOf({ teamId, id: keyId }, kind, { about: id })],
});

/** Ends the drill with a verdict; its fork is removed. */
export const end = ({ drill, at }: DrillContext, verdict: DrillVerdict): StageResult => ({
  drill: judged(drill, verdict, at),
  at,
  waitSeconds: 0,
});
