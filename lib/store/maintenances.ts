/** Reads scheduled maintenances, which are in one partition since they are few. */

import { maintenancePartition } from '#lib/model/items/maintenances.ts';
import type { MaintenanceStore } from '#lib/model/stores.ts';
import { readRange } from './table.ts';

export const maintenanceStore = (): MaintenanceStore => ({
  scheduledMaintenances: (after) =>
    readRange({ pk: maintenancePartition, prefix: 'DUE#', after, limit: 100, consistent: true }),
});
