/** Timeline entries of drills. */
import type { Drill } from '#lib/model/drill.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';

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
