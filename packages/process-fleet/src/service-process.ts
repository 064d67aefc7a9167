/**
 * The Redis process of a server: started apart from this process, so that it outlives it, and found again by the note
 * that it left in the server's memory folder. A note is believed only while the process's command line names the
 * server's configuration file.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beginAppendOnly } from './append-only.ts';
import { nullIfAbsent, readJson, writeFileAtomically } from './atomic-file.ts';
import { codeOf, FleetFailure } from './failure.ts';
import { renderConf } from './redis-conf.ts';
import { exchange, type Reply } from './redis-exchange.ts';
import { adminPasswordOf, type Server } from './server.ts';
import { until } from './wait.ts';

export interface ServiceNote {
  /** `null` from just before the start until the process's id is known. */
  readonly pid: number | null;
  readonly port: number;
  /** Whether clients are authorised. */
  readonly open: boolean;
}

export type Service = ServiceNote & { readonly pid: number };

/** Starts the process, which may not respond yet. A previous process must have ended, since it has the ports. */
export async function startProcess(server: Server): Promise<Service> {
  const { places, machine, record } = server;
  const fromAppendOnly = await beginAppendOnly(places);
  const ports = { plain: record.port, tls: record.tlsPort };
  const adminPasswordSha256 = sha256(await adminPasswordOf(server));
  const replicationPassword = await nullIfAbsent(readFile(places.replicationPassword, 'utf8'));
  const replicationPasswordSha256 = replicationPassword && sha256(replicationPassword);
  const users = { adminPasswordSha256, replicationPasswordSha256 };
  await writeFileAtomically(
    places.conf,
    renderConf({
      ...{ spec: record, places, ...users, ports, fromAppendOnly },
      tls: machine.tls,
      applicationRights: machine.applicationRights,
    }),
  );
  await writeNote(server, { pid: null, port: ports.plain, open: false });
  const service = { pid: await spawnApart(server), port: ports.plain, open: false };
  await writeNote(server, service);
  return service;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * The child gets none of this process's environment, and none of its signals. The log starts anew with each process.
 */
async function spawnApart({ machine, places }: Server): Promise<number> {
  const log = await open(places.log, 'w', 0o600);
  try {
    const child = spawn(machine.binary, [places.conf], {
      cwd: places.memory,
      detached: true,
      env: {},
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    child.unref();
    return child.pid ?? 0;
  } catch (error) {
    throw new FleetFailure('start_failed', `The service's program does not start (${codeOf(error)}).`, {
      cause: error,
    });
  } finally {
    await log.close();
  }
}

export const writeNote = ({ places }: Server, note: ServiceNote): Promise<void> =>
  writeFileAtomically(places.service, JSON.stringify(note));

/**
 * The running process, or `null`. Finds one also whose id was never noted, because this process was killed while
 * starting it.
 */
export async function findService(server: Server): Promise<Service | null> {
  const note = await readJson<ServiceNote>(server.places.service);
  if (!note) return null;
  if (note.pid !== null) return (await isProcessOf(server, note.pid)) ? { ...note, pid: note.pid } : null;
  const pid = await pidBehind(server, note);
  if (pid === null) return null;
  const service = { ...note, pid };
  await writeNote(server, service);
  return service;
}

async function pidBehind(server: Server, note: ServiceNote): Promise<number | null> {
  const response = await send(server, { port: note.port, withinMs: 1000 }, [['INFO', 'server']]).catch(() => null);
  const [, pid] = /^process_id:(\d+)/m.exec(String(response?.[0] ?? '')) ?? [];
  return pid ? Number(pid) : null;
}

interface Listener {
  readonly port: number;
  readonly withinMs?: number;
}

/** As the administrator. Throws `RedisRefusal`, `RedisUnreachable`. */
export async function send(server: Server, at: Listener, commands: readonly (readonly string[])[]): Promise<Reply[]> {
  return exchange({ port: at.port, password: await adminPasswordOf(server) }, commands, at.withinMs ?? 5000);
}

export async function isProcessOf({ places }: Server, pid: number): Promise<boolean> {
  return (await commandLineOf(pid)).includes(places.conf);
}

/** Empty for a process that has ended. Uses `ps` without /proc. */
async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return line.replaceAll('\0', ' ');
  }
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'args=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout;
}

/**
 * Kills the process and what it forked, which hold its connections, and waits for its end. False when it does not end
 * in time.
 */
export async function endProcess(server: Server, pid: number): Promise<boolean> {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
  return hasEnded(server, pid);
}

export const hasEnded = async (server: Server, pid: number, withinMs = 10_000): Promise<boolean> =>
  (await until(withinMs, async () => (await isOver(server, pid)) || undefined)) ?? false;

/**
 * A process that ends loses its command line first and its sockets after that: what starts in its place would meet
 * them.
 */
async function isOver({ places }: Server, pid: number): Promise<boolean> {
  const line = await commandLineOf(pid);
  if (line !== '') return !line.includes(places.conf);
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return true;
  // Fields 3 and 20 of proc(5): a zombie has given back all that it had once its other threads are over.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return /[ZX]/.test(fields[0] ?? '') && Number(fields[17]) <= 1;
}

/** Incomplete files of a killed process: snapshots, and rewrites of its append-only file. */
export async function removeDrafts({ places }: Server): Promise<void> {
  for (const folder of [places.memory, places.aof]) {
    const names = (await nullIfAbsent(readdir(folder))) ?? [];
    for (const name of names) if (/^temp-/.test(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** The last warning in the service's log, without its timestamp and with hashes removed. */
export async function lastWarning({ places }: Server): Promise<string> {
  const log = (await nullIfAbsent(readFile(places.log, 'utf8'))) ?? '';
  const warning = log.split('\n').findLast((line) => / # /.test(line)) ?? log.trim().split('\n').at(-1) ?? '';
  return warning
    .replace(/^.*? # /, '')
    .replaceAll(/[0-9a-f]{64}/g, '[hidden]')
    .replaceAll(places.memory, '…');
}
