/** A drill's report: what was measured, against which objectives, what was not shown, and what to fix. Pure. */
import type { Database } from '#lib/model/database.ts';
import type { Drill } from '#lib/model/drill.ts';
import { type LockoutTimes, type MeasuredPhase, measuredPhases, type PhaseFacts } from '#lib/model/drill-phases.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { Needs } from '#lib/model/ports.ts';
import { requireDrill } from '#lib/model/require.ts';
import { type Fix, fixesOf, nextOf } from './fixes.ts';
import type { DrillPlan, DrillRequest } from './new-drill.ts';

/** The servers that a drill occupies on EC2. */
export interface Footprint {
  readonly instanceType: string;
  readonly volumeGiB: number;
}

export interface DrillCost extends Footprint {
  /** Minutes that the fork's instance ran or runs; an estimate before the drill has ended. */
  readonly instanceMinutes: number;
  /** The volume's size times the hours that it existed. */
  readonly volumeGiBHours: number;
  /** A fork copies its leader over the network and needs no snapshot. */
  readonly snapshots: 0;
}

export interface Parity {
  readonly keysBefore: number | null;
  readonly keysAfter: number | null;
  /** Keys that were left out because they expire soon. */
  readonly expiring: number | null;
  readonly isSame: boolean | null;
  /** The fork's lag behind its leader when it left it, in bytes. */
  readonly lagBytes: number | null;
}

/** The part of a report that follows from the drill's row, its lockout and its servers. */
export interface DerivedReport {
  readonly phases: readonly MeasuredPhase[];
  readonly cost: DrillCost | null;
  /** What this drill cannot show, as sentences. */
  readonly notShown: readonly string[];
  /** What to change before the next drill. */
  readonly fixes: readonly Fix[];
}

export interface DrillReport extends DerivedReport {
  readonly drill: Drill;
  readonly lockout: Lockout | null;
  readonly footprint: Footprint | null;
  readonly parity: Parity;
  /** What the caller does next; null unless the drill waits for the owner of the drill key. */
  readonly next: Fix | null;
}

export type ReportDeps = Needs<'drillById' | 'lockoutById' | 'now'> & {
  readonly footprintOf: (plan: string) => Footprint | null;
};

/** Throws `not_found`. */
export const reportDrill =
  (deps: ReportDeps) =>
  async (teamId: string, id: string): Promise<DrillReport> => {
    const drill = await requireDrill(deps)(teamId, id);
    const lockout = drill.lockoutId ? await deps.lockoutById(teamId, drill.lockoutId) : null;
    return drillReport(drill, { lockout, at: deps.now(), footprint: deps.footprintOf(drill.plan) });
  };

interface ReportFacts<L = Lockout> {
  readonly lockout: L | null;
  readonly at: Date;
  readonly footprint: Footprint | null;
}

function drillReport(drill: Drill, { lockout, at, footprint }: ReportFacts): DrillReport {
  const { before, after } = drill.digests;
  return {
    drill,
    lockout,
    footprint,
    ...derivedReport(drill, { lockout, at, footprint }),
    parity: {
      keysBefore: before?.keys ?? null,
      keysAfter: after?.keys ?? null,
      expiring: after?.expiring ?? before?.expiring ?? null,
      isSame: before && after ? before.digest === after.digest : null,
      lagBytes: drill.lagBytes,
    },
    next: nextOf(drill),
  };
}

/** Of the facts that a signed report contains, so that its verification derives them again. */
export function derivedReport(
  drill: PhaseFacts & Pick<Drill, 'opening' | 'verdict' | 'drillKeyArn' | 'findings'>,
  { lockout, at, footprint }: ReportFacts<LockoutTimes>,
): DerivedReport {
  const minutes = (Date.parse(drill.endedAt ?? at.toISOString()) - Date.parse(drill.startedAt)) / 60_000;
  return {
    phases: measuredPhases(drill, lockout),
    cost: footprint && costOf(footprint, minutes),
    notShown: notShown(drill),
    fixes: fixesOf(drill),
  };
}

const costOf = (footprint: Footprint, minutes: number): DrillCost => ({
  ...footprint,
  instanceMinutes: Math.ceil(minutes),
  volumeGiBHours: Math.ceil((footprint.volumeGiB * minutes) / 60),
  snapshots: 0,
});

/** About how long a drill of a small database takes, beside its waiting period. */
const usualMinutes = 30;

export interface DrillEstimate {
  readonly database: Pick<Database, 'id' | 'name' | 'plan'>;
  readonly minutes: number;
  readonly cost: DrillCost | null;
}

/** Checks a drill without starting it. Throws what starting it throws. */
export const estimateDrill =
  (plan: (request: DrillRequest) => Promise<DrillPlan>, footprintOf: ReportDeps['footprintOf']) =>
  async (request: DrillRequest): Promise<DrillEstimate> => {
    const { id, name, plan: size } = (await plan(request)).leader;
    const minutes = usualMinutes + (request.waitingPeriodMinutes ?? 0);
    const footprint = footprintOf(size);
    return { database: { id, name, plan: size }, minutes, cost: footprint && costOf(footprint, minutes) };
  };

function notShown({ mode, opening }: Pick<Drill, 'mode' | 'opening'>): string[] {
  const both = 'How your apps behave while their database is away: the drill works on a fork that no app uses.';
  if (mode === 'simulated')
    return [
      'That KMS refuses: the key stayed enabled, and the drill set the verdict of its lockout.',
      'That a disabled key is noticed, by event or by polling, and how soon.',
      'That the owner of the key may disable it. Run a real drill to show these three.',
      both,
    ];
  const opened = opening?.answer === 'not_tried' ? ['Whether the volume can be opened: the fleet cannot try it.'] : [];
  return [...opened, both];
}
