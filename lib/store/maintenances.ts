/** Maintenances that are scheduled, in the order in which they are due, in one partition since they are few. */

import type { Address } from '#lib/model/items/address.ts';
import { type Due, maintenancePartition } from '#lib/model/items/maintenances.ts';
import type { Page } from '#lib/model/page.ts';
import type { MaintenanceStore } from '#lib/model/stores.ts';
import { readRange } from './table.ts';

export const maintenanceStore = (): MaintenanceStore => ({
  /** The soonest first. */
  scheduledMaintenances: (after: string | null): Promise<Page<Due & Address>> =>
    readRange({ pk: maintenancePartition, prefix: 'DUE#', after, limit: 100, consistent: true }),
});
