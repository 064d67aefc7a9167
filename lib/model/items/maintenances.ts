/** Items of scheduled maintenances, in one partition since they are few. */
import type { Address } from './address.ts';

import { type Change, created, removed } from './change.ts';

export interface Due {
  readonly teamId: string;
  readonly databaseId: string;
  /** ISO 8601, UTC. */
  readonly scheduledFor: string;
}

export const maintenancePartition = 'MAINTENANCE';

const maintenanceRow = ({ scheduledFor, databaseId }: Due): Address => ({
  pk: maintenancePartition,
  sk: `DUE#${scheduledFor}#${databaseId}`,
});

export const maintenanceScheduled = (due: Due): Change => created(maintenanceRow(due), due);
export const maintenanceUnscheduled = (due: Due): Change => removed(maintenanceRow(due));
