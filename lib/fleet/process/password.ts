/** The application's password, which the fleet knows by its SHA-256 only. */
import { writeRecord } from './record.ts';
import { checkSpec } from './redis-conf.ts';
import type { Server } from './server.ts';
import { isRunning } from './server.ts';
import { ask, findService } from './service-process.ts';

/**
 * Connections that the old one opened end. On record last: what is on record is in force, so that a repetition cuts no connection that the
 * new one opened.
 */
export async function changePassword(server: Server, passwordSha256: string): Promise<'done'> {
  const record = { ...server.record, passwordSha256 };
  checkSpec(record);
  if (server.record.passwordSha256 === passwordSha256) return 'done';
  const service = (await isRunning(server)) ? await findService(server) : null;
  if (service) {
    await ask(server, service, [
      ['ACL', 'SETUSER', 'default', 'resetpass', `#${passwordSha256}`],
      ['CLIENT', 'KILL', 'USER', 'default'],
    ]);
  }
  await writeRecord(server.places.record, record);
  return 'done';
}
