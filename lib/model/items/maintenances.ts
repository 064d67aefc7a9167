/** Items of scheduled maintenances, in one partition since they are few. */
import type { Address } from './address.ts';

/** Maintenances that are scheduled, in the order in which they are due, in one partition since they are few. */
import type { Change } from './change.ts';

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

export const maintenanceScheduled = (due: Due): Change => ({ kind: 'create', row: { ...maintenanceRow(due), ...due } });
export const maintenanceUnscheduled = (due: Due): Change => ({ kind: 'remove', row: maintenanceRow(due) });
