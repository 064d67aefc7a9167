/** Reads scheduled maintenances, which are in one partition since they are few. */

import { maintenancePartition } from '#lib/model/items/maintenances.ts';
import type { MaintenanceStore } from '#lib/model/stores.ts';
import { deployedTable, readRange, type Table } from './table.ts';

export const maintenanceStore = (table: Table = deployedTable): MaintenanceStore => ({
  scheduledMaintenances: (after) =>
    readRange(table, { pk: maintenancePartition, prefix: 'DUE#', after, limit: 100, consistent: true }),
});
