/** Items of drills. A row per key with a drill under way excludes a second one, and is what the drill watch reads. */
import type { Drill } from '#lib/model/drill.ts';
import { wrongState } from '#lib/model/problem.ts';
import { type Address, teamPartition } from './address.ts';
import type { Change } from './change.ts';

export interface OpenDrill {
  readonly teamId: string;
  readonly drillId: string;
}

export const drillPrefix = 'DRILL#';
export const drillRow = (teamId: string, id: string): Address => ({
  pk: teamPartition(teamId),
  sk: `${drillPrefix}${id}`,
});

export const openDrillPartition = 'DRILLS';
const openDrillRow = (keyId: string): Address => ({ pk: openDrillPartition, sk: keyId });

const underWay = (arn: string) =>
  wrongState('drill_under_way', `A drill of the key ${arn} is under way. Wait until it has ended, or abort it.`);

const keysOf = ({ keyId, drillKeyId }: Pick<Drill, 'keyId' | 'drillKeyId'>): string[] => [
  ...new Set([keyId, drillKeyId]),
];

export const drillCreated = (drill: Drill): Change[] => [
  { kind: 'create', row: { ...drillRow(drill.teamId, drill.id), ...drill } },
  ...keysOf(drill).map(
    (keyId): Change => ({
      kind: 'create',
      row: { ...openDrillRow(keyId), teamId: drill.teamId, drillId: drill.id },
      otherwise: underWay(keyId === drill.keyId ? drill.keyArn : drill.drillKeyArn),
    }),
  ),
];

export const drillSaved = (drill: Drill): Change => ({
  kind: 'save',
  row: { ...drillRow(drill.teamId, drill.id), ...drill },
});

/** The keys may be drilled again. */
export const drillClosed = (drill: Pick<Drill, 'keyId' | 'drillKeyId'>): Change[] =>
  keysOf(drill).map((keyId) => ({ kind: 'remove', row: openDrillRow(keyId) }));
