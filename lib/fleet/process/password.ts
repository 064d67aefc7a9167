/** The application's password, which the fleet knows by its SHA-256 only. */
import { FleetFailure } from './failure.ts';
import { writeRecord } from './record.ts';
import type { Server } from './server.ts';
import { isRunning } from './server.ts';
import { ask, findService } from './service-process.ts';

/** On record first, so that a start between the two has the new one. Connections that are logged in stay so. */
export async function changePassword(server: Server, passwordSha256: string): Promise<'done'> {
  if (!/^[0-9a-f]{64}$/.test(passwordSha256))
    throw new FleetFailure('unavailable', 'A password hash is 64 hexadecimal digits in lower case.');
  await writeRecord(server.places.record, { ...server.record, passwordSha256 });
  const service = (await isRunning(server)) ? await findService(server) : null;
  if (service) await ask(server, service, [['ACL', 'SETUSER', 'default', 'resetpass', `#${passwordSha256}`]]);
  return 'done';
}
