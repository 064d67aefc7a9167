/** The application's password, which the fleet knows by its SHA-256 only. */
import { writeRecord } from './record.ts';
import { checkSpec } from './redis-conf.ts';
import type { Server } from './server.ts';
import { isRunning } from './server.ts';
import { ask, findService } from './service-process.ts';

/** On record first, so that a start between the two has the new one. Connections that the old one opened end. */
export async function changePassword(server: Server, passwordSha256: string): Promise<'done'> {
  const record = { ...server.record, passwordSha256 };
  checkSpec(record);
  await writeRecord(server.places.record, record);
  const service = (await isRunning(server)) ? await findService(server) : null;
  if (!service) return 'done';
  await ask(server, service, [
    ['ACL', 'SETUSER', 'default', 'resetpass', `#${passwordSha256}`],
    ['CLIENT', 'KILL', 'USER', 'default'],
  ]);
  return 'done';
}
