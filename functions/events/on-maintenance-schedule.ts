/** Every minute: maintenance that is due begins. */
import { rotating } from '#lib/databases/assembly.ts';
import { beginDueMaintenances } from '#lib/databases/maintenance-work.ts';
import { listener } from '#lib/edge/listener.ts';
import { maintenanceStore } from '#lib/store/maintenances.ts';

export const handler = listener(() => beginDueMaintenances({ ...rotating(), ...maintenanceStore() }));
