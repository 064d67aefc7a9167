/** Items of drill schedules, in one partition since they are few: the drill watch reads all of them every minute. */
import type { DrillSchedule } from '#lib/model/drill-schedule.ts';
import type { Key } from '#lib/model/key.ts';
import type { Address } from './address.ts';
import { type Change, created, removed, saved } from './change.ts';

export const drillSchedulePartition = 'DRILL_SCHEDULES';
export const drillScheduleRow = (keyId: string): Address => ({ pk: drillSchedulePartition, sk: keyId });

export const drillScheduleCreated = (schedule: DrillSchedule): Change =>
  created(drillScheduleRow(schedule.keyId), schedule);
export const drillScheduleSaved = (schedule: DrillSchedule): Change =>
  saved(drillScheduleRow(schedule.keyId), schedule);
export const drillScheduleRemoved = ({ keyId, version }: DrillSchedule): Change =>
  removed(drillScheduleRow(keyId), version);

/** For a key that its team holds no longer. */
export const drillScheduleForgotten = ({ id, drillEvery }: Pick<Key, 'id' | 'drillEvery'>): Change[] =>
  drillEvery ? [removed(drillScheduleRow(id))] : [];
