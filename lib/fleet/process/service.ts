/**
 * A server's service: starting means loaded, append-only file in place, clients let in; stopping means clients shut out, saved, checked,
 * ended. Between the two, the append-only file holds every answered write, so that a process that dies loses none.
 */
import { removeFolderWhole } from './atomic-file.ts';
import { FleetFailure } from './failure.ts';
import { RedisUnreachable } from './redis-exchange.ts';
import { infoNumber, saveVerified } from './save.ts';
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
import { until } from './wait.ts';

/** How long a verb waits for a service to load; a bigger one is answered as `pending`, or `unavailable` while it stops. */
const patienceMs = 30_000;

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

/** False when the data is not loaded yet. */
async function untilLoaded(server: Server, service: Service): Promise<boolean> {
  const loaded = await until(patienceMs, async () => {
    const info = await persistenceOf(server, service);
    if (info === null && !(await isProcessOf(server, service.pid))) throw await endedAtStart(server, service);
    return infoNumber(info, 'loading') === 0 || undefined;
  });
  return loaded ?? false;
}

async function endedAtStart(server: Server, { purpose }: Service): Promise<FleetFailure> {
  const reason = purpose === 'serve' ? 'start_failed' : 'save_failed';
  return new FleetFailure(reason, `The service ended at its start: ${await lastWarning(server)}`);
}

/** Begins the append-only file after a start from a snapshot. False while it is being written. */
async function untilAppending(server: Server, service: Service): Promise<boolean> {
  if (infoNumber(await persistenceOf(server, service), 'aof_enabled') === 0)
    await ask(server, service, [['CONFIG', 'SET', 'appendonly', 'yes']]);
  const appending = await until(patienceMs, async () => {
    const info = await persistenceOf(server, service);
    if (infoNumber(info, 'aof_rewrite_in_progress') !== 0 || infoNumber(info, 'aof_rewrite_scheduled') !== 0) return undefined;
    return (await exists(server.places.aofManifest)) || undefined;
  });
  if (!appending && !(await isProcessOf(server, service.pid))) throw await endedAtStart(server, service);
  return appending ?? false;
}

/** `null` while nobody answers. */
async function persistenceOf(server: Server, service: Service): Promise<string | null> {
  try {
    const [info] = await ask(server, service, [['INFO', 'persistence']]);
    return String(info);
  } catch (error) {
    if (error instanceof RedisUnreachable) return null;
    throw error;
  }
}

/** Whoever connected too early is not logged in, so they are sent away to come again. */
async function letClientsIn(server: Server, service: Service): Promise<void> {
  await ask(server, service, [
    ['ACL', 'SETUSER', 'default', 'on'],
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
  await shutClientsOut(server, service);
  try {
    await saveVerified(server, service);
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
  ]);
}
