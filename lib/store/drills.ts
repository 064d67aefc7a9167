/** Reads drills: of a team, newest first, and those that are under way, for the drill watch. */

import type { Drill } from '#lib/model/drill.ts';
import type { DrillSchedule } from '#lib/model/drill-schedule.ts';
import type { Address } from '#lib/model/items/address.ts';
import { teamPartition } from '#lib/model/items/address.ts';
import { drillSchedulePartition, drillScheduleRow } from '#lib/model/items/drill-schedules.ts';
import { drillPrefix, drillRow, type OpenDrill, openDrillPartition } from '#lib/model/items/drills.ts';
import type { ListQuery, Page } from '#lib/model/page.ts';
import type { DrillStore } from '#lib/model/stores.ts';
import { deployedTable, readRange, readRow, type Table } from './table.ts';

export const drillStore = (table: Table = deployedTable): DrillStore => ({
  drillById: (teamId: string, id: string) => readRow<Drill>(table, drillRow(teamId, id)),
  listDrills: (teamId: string, { after, limit }: ListQuery): Promise<Page<Drill & Address>> =>
    readRange(table, { pk: teamPartition(teamId), prefix: drillPrefix, after, limit, newestFirst: true }),
  openDrills: (after: string | null): Promise<Page<OpenDrill & Address>> =>
    readRange(table, { pk: openDrillPartition, prefix: 'key_', after, limit: 100, consistent: true }),
  drillScheduleOf: (keyId: string) => readRow<DrillSchedule>(table, drillScheduleRow(keyId)),
  drillSchedules: (after: string | null): Promise<Page<DrillSchedule & Address>> =>
    readRange(table, { pk: drillSchedulePartition, prefix: 'key_', after, limit: 100, consistent: true }),
});
