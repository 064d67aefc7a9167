/** Maintenances that are scheduled, in the order in which they are due, in one partition since they are few. */
import type { Change } from './commit.ts';
import { type Address, type Page, readRange } from './table.ts';

export interface Due {
  readonly teamId: string;
  readonly databaseId: string;
  /** ISO 8601, UTC. */
  readonly scheduledFor: string;
}

const partition = 'MAINTENANCE';
const dueRow = ({ scheduledFor, databaseId }: Due): Address => ({
  pk: partition,
  sk: `DUE#${scheduledFor}#${databaseId}`,
});

export const maintenanceStore = () => ({
  /** The soonest first. */
  scheduledMaintenances: (after: string | null): Promise<Page<Due & Address>> =>
    readRange({ pk: partition, prefix: 'DUE#', after, limit: 100, consistent: true }),
});

export const maintenanceScheduled = (due: Due): Change => ({ kind: 'create', row: { ...dueRow(due), ...due } });
export const maintenanceUnscheduled = (due: Due): Change => ({ kind: 'remove', row: dueRow(due) });
