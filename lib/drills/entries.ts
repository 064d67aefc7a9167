/** Timeline entries of drills. */
import type { Drill } from '#lib/model/drill.ts';
import type { DrillSchedule } from '#lib/model/drill-schedule.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import type { Code } from '#lib/model/problem.ts';

const subjectOf = ({ id, keyId, lockoutId }: Drill) => ({ keyId, drillId: id, ...(lockoutId ? { lockoutId } : {}) });

export const advancedEntry = (before: Drill, next: Drill, actor: Actor): NewEntry => ({
  type: 'DrillAdvanced',
  actor,
  subject: subjectOf(next),
  data: { arn: next.keyArn, drill: next.id, mode: next.mode, from: before.stage, to: next.stage },
});

export const endedEntry = (drill: Drill, actor: Actor): NewEntry => ({
  type: 'DrillEnded',
  actor,
  subject: subjectOf(drill),
  data: {
    arn: drill.keyArn,
    drill: drill.id,
    mode: drill.mode,
    outcome: drill.verdict?.outcome ?? 'failed',
    failure: drill.verdict?.failure ?? null,
    detail: drill.verdict?.detail ?? null,
  },
});

interface Skipped {
  readonly reason: Code;
  readonly detail: string;
  readonly isOverdue: boolean;
  readonly actor: Actor;
}

export const skippedEntry = (
  { keyId, keyArn: arn, mode, nextAt: dueAt }: DrillSchedule,
  { reason, detail, isOverdue, actor }: Skipped,
): NewEntry => ({
  type: 'DrillSkipped',
  actor,
  subject: { keyId },
  data: { arn, mode, dueAt, reason, detail, isOverdue },
});
