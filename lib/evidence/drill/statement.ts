/**
 * The signed report of an ended drill. It has no time of issue, so that the statement of a drill is always the same.
 * It contains neither data nor a hash of it: only whether the two digests are equal. Pure.
 */
import {
  type DerivedReport,
  type DrillReport,
  derivedReport,
  type Footprint,
  type Parity,
} from '#lib/drills/report.ts';
import type { Drill, DrillFindings, DrillVerdict } from '#lib/model/drill.ts';
import type { LockoutTimes } from '#lib/model/drill-phases.ts';
import { algorithm, howToVerify, howToVerifySignature, type Signature, type SignedBy } from '../statement.ts';

export const drillFormat = 'latchkey-drill-report/1';

interface KeyRef {
  readonly id: string;
  readonly arn: string;
}

/** What Latchkey recorded, from which the rest of the report follows. */
export interface DrillFacts
  extends Pick<Drill, 'id' | 'mode' | 'plan' | 'waitingPeriodMinutes' | 'expected' | 'stages' | 'startedAt'>,
    DrillVerdict {
  readonly key: KeyRef;
  /** Null in a simulated drill. */
  readonly drillKey: KeyRef | null;
  readonly database: { readonly id: string; readonly name: string };
  readonly endedAt: string;
  readonly lockout: (LockoutTimes & { readonly id: string }) | null;
  readonly noticed: Drill['noticed'];
  readonly opening: Drill['opening'];
  /** Not set in a simulated drill. */
  readonly findings?: DrillFindings;
  readonly footprint: Footprint | null;
}

interface DerivedParts extends DerivedReport {
  readonly summary: string;
}

export interface DrillStatement extends DerivedParts {
  readonly format: typeof drillFormat;
  readonly team: string;
  readonly drill: DrillFacts;
  readonly parity: Parity;
  readonly signedBy: SignedBy;
  readonly verify: readonly string[];
}

export interface SignedDrillReport {
  readonly statement: DrillStatement;
  readonly signature: Signature;
}

/** Null while the drill is under way. */
export function drillStatement(
  { drill, lockout, footprint, parity }: DrillReport,
  keyId: string,
): DrillStatement | null {
  const { verdict, endedAt } = drill;
  if (!verdict || !endedAt) return null;
  const facts = factsOf(drill, { verdict, endedAt, lockout, footprint });
  return {
    ...{ format: drillFormat, team: drill.teamId, ...derivedDrillParts(facts), drill: facts, parity },
    signedBy: { keyId, algorithm },
    // Only a real drill has calls that the trail of another account shows.
    verify: drill.mode === 'real' ? howToVerify(keyId) : howToVerifySignature(keyId),
  };
}

interface Ended {
  readonly verdict: DrillVerdict;
  readonly endedAt: string;
  readonly lockout: DrillReport['lockout'];
  readonly footprint: Footprint | null;
}

function factsOf(drill: Drill, { verdict, endedAt, lockout, footprint }: Ended): DrillFacts {
  const { id, mode, plan, waitingPeriodMinutes, expected, stages, startedAt, noticed, opening, findings } = drill;
  return {
    ...{ id, mode, plan, waitingPeriodMinutes, expected, stages, startedAt, endedAt, noticed, opening, footprint },
    ...(findings ? { findings } : {}),
    ...verdict,
    key: { id: drill.keyId, arn: drill.keyArn },
    drillKey: mode === 'real' ? { id: drill.drillKeyId, arn: drill.drillKeyArn } : null,
    database: { id: drill.leaderId, name: drill.leaderName },
    lockout: lockout && {
      id: lockout.id,
      openedAt: lockout.openedAt,
      steps: lockout.steps.map(({ state, at }) => ({ state, at })),
    },
  };
}

/** The part of the statement that follows from the facts. */
export function derivedDrillParts(facts: DrillFacts): DerivedParts {
  const { outcome, failure, detail, key, drillKey, lockout, footprint } = facts;
  const report = derivedReport(
    { ...facts, verdict: { outcome, failure, detail }, drillKeyArn: (drillKey ?? key).arn },
    { lockout, footprint, at: new Date(facts.endedAt) },
  );
  return { summary: summaryOf(facts), ...report };
}

const outcomes = { passed: 'passed', failed: 'failed', aborted: 'was aborted' } as const;

const summaryOf = ({ mode, outcome, detail, key, database, startedAt, endedAt }: DrillFacts): string =>
  `A ${mode} drill of the key ${key.arn}, with a fork of the database ${database.name}, ${outcomes[outcome]}. It ran ` +
  `from ${startedAt} to ${endedAt}.${detail === null ? '' : ` ${detail}`}`;
