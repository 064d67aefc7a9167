/** Gives the server its certificate, starts Redis and waits until it answers. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { certifyServer } from '#lib/databases/certify.ts';
import { startService } from '#lib/databases/provision.ts';
import { task } from '#lib/edge/task.ts';
import { certifying, driving } from '#lib/wiring/databases.ts';

export const handler = task(DatabaseInput, () =>
  startService({ ...driving(), certifyServer: certifyServer(certifying()) }),
);
