/** Every minute: maintenance that is due begins. */

import { beginDueMaintenances } from '#lib/databases/maintenance-work.ts';
import { listener } from '#lib/edge/listener.ts';
import { maintenanceStore } from '#lib/store/maintenances.ts';
import { rotating } from '#lib/wiring/databases.ts';

export const handler = listener(() => beginDueMaintenances({ ...rotating(), ...maintenanceStore() }));
