/** The application's password, of which the fleet has the SHA-256 only. */
import { writeRecord } from './record.ts';
import { assertValidSpec } from './redis-conf.ts';
import type { Server } from './server.ts';
import { isRunning } from './server.ts';
import { enforce } from './service.ts';
import { findService } from './service-process.ts';

/**
 * Connections that the old one opened end. On record last: what is on record is in force, so that a repetition cuts no
 * connection that the new one opened.
 */
export async function changePassword(server: Server, passwordSha256: string): Promise<'done' | 'pending'> {
  const record = { ...server.record, passwordSha256 };
  assertValidSpec(record);
  if (server.record.passwordSha256 === passwordSha256) return 'done';
  const recorded = async () => {
    await writeRecord(server.places.record, record);
    return { ...server, record };
  };
  const service = (await isRunning(server)) ? await findService(server) : null;
  const commands = [
    ['ACL', 'SETUSER', 'default', 'resetpass', `#${passwordSha256}`],
    ['CLIENT', 'KILL', 'USER', 'default'],
  ];
  if (service && (await enforce(server, { service, commands, record: recorded })) === 'pending') return 'pending';
  await recorded();
  return 'done';
}
