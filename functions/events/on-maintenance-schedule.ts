/** Every minute: maintenance that is due begins. */
import { listener } from '#lib/edge/listener.ts';
import { beginMaintenances } from '#lib/wiring/databases.ts';

export const handler = listener(beginMaintenances);
