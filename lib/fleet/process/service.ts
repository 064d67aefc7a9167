/**
 * A server's service: starting means loaded, append-only file in place, clients let in; stopping means clients shut out, saved, checked,
 * ended. Between the two, the append-only file holds every answered write, so that a process that dies loses none.
 */
import { removeFolderWhole } from './atomic-file.ts';
import { FleetFailure } from './failure.ts';
import { aim, standAlone } from './follow.ts';
import { prove } from './proof.ts';
import { rightsWith } from './redis-conf.ts';
import { RedisUnreachable } from './redis-exchange.ts';
import { closedToFollowers } from './replication-login.ts';
import { saveVerified } from './save.ts';
import { exists, type Server } from './server.ts';
import {
  ask,
  endProcess,
  findService,
  hasEnded,
  isProcessOf,
  lastWarning,
  type Service,
  startProcess,
  writeNote,
} from './service-process.ts';
import { untilAppending, untilLoaded } from './service-readiness.ts';

/** May run twice, and over a start that was cut short. Throws `start_failed`. */
export async function startService(server: Server): Promise<'done' | 'pending'> {
  const found = await findService(server);
  if (found?.purpose === 'rescue') {
    await stopService(server);
    return startService(server);
  }
  const service = found ?? (await startProcess(server, 'serve'));
  if (service.open) return answers(server, service);
  if (!(await untilLoaded(server, service))) return 'pending';
  if (!(await untilAppending(server, service))) return 'pending';
  await letClientsIn(server, service);
  return 'done';
}

async function answers(server: Server, service: Service): Promise<'done'> {
  try {
    await ask(server, service, [['PING']]);
    return 'done';
  } catch (error) {
    throw new FleetFailure('start_failed', 'The service runs, but does not answer.', { cause: error });
  }
}

/** A follower follows before anybody could write to it. Whoever connected too early is not logged in, so they are sent away to come again. */
async function letClientsIn(server: Server, service: Service): Promise<void> {
  await aim(server, service);
  await ask(server, service, [
    ['ACL', 'SETUSER', 'default', 'on', '-@all', ...rightsWith(server.record.writers).split(' ')],
    ['CLIENT', 'KILL', 'USER', 'default'],
  ]);
  await writeNote(server, { ...service, open: true });
}

/** May run twice. Throws `save_failed`, and the service is then up as before; `unavailable` while it still loads. */
export async function stopService(server: Server): Promise<void> {
  const found = await findService(server);
  if (!found && !(await exists(server.places.aofManifest))) return;
  const service = found ?? (await startProcess(server, 'rescue'));
  try {
    await saveAndEnd(server, service);
  } catch (error) {
    if (!(error instanceof RedisUnreachable)) throw error;
    await stopUnreachable(server, service);
    return stopService(server);
  }
  await removeFolderWhole(server.places.aof);
}

/** Without a way in, as when clients hold every connection, the append-only file is what is saved from. */
async function stopUnreachable(server: Server, { pid, purpose }: Service): Promise<void> {
  const alive = await isProcessOf(server, pid);
  if (purpose === 'rescue') {
    await endProcess(server, pid, 'SIGKILL');
    throw new FleetFailure('save_failed', `What the service left could not be loaded to save it: ${await lastWarning(server)}`);
  }
  if (alive && !(await exists(server.places.aofManifest))) throw new FleetFailure('unavailable', 'The service does not answer yet.');
  if (alive && !(await endProcess(server, pid, 'SIGTERM'))) await endProcess(server, pid, 'SIGKILL');
}

async function saveAndEnd(server: Server, service: Service): Promise<void> {
  // An open service has loaded: one that does not answer is not waited for.
  if (!service.open && !(await untilLoaded(server, service)))
    throw new FleetFailure('unavailable', 'The service is still loading its data.');
  try {
    const saved = await server.machine.saving(async () => {
      await shutClientsOut(server, service);
      return saveVerified(server, service);
    });
    await prove(server, { saved });
  } catch (error) {
    if (error instanceof FleetFailure) await undoStop(server, service);
    throw error;
  }
  await ask(server, service, [['SHUTDOWN', 'NOSAVE', 'NOW', 'FORCE']]).catch(() => null);
  if (!(await hasEnded(server, service.pid))) await endProcess(server, service.pid, 'SIGKILL');
}

/** A service that clients used goes on; a private one ends, and leaves what it had loaded. */
async function undoStop(server: Server, service: Service): Promise<void> {
  if (service.purpose === 'rescue') await endProcess(server, service.pid, 'SIGKILL');
  else if (await exists(server.places.aofManifest)) await letClientsIn(server, service);
}

async function shutClientsOut(server: Server, service: Service): Promise<void> {
  await writeNote(server, { ...service, open: false });
  await ask(server, service, [
    ['ACL', 'SETUSER', 'default', 'off'],
    ['CLIENT', 'KILL', 'USER', 'default'],
    ...standAlone(server),
    ...closedToFollowers,
  ]);
}
