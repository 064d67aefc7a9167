/**
 * Stops a service, with or without its cooperation: it gets a limited time to shut clients out and to save, and is
 * killed otherwise. Its append-only file has every acknowledged write, and the server's stop seals that file as it is,
 * so that no data or code of the tenant is loaded for it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { appendOnlyParts } from './append-only.ts';
import { removeFolderAtomically } from './atomic-file.ts';
import { commandWithRetries, infoRequest, type Refusal } from './command-with-retries.ts';
import { FleetFailure } from './failure.ts';
import { standAlone } from './follow.ts';
import type { Proof, StopProof } from './port.ts';
import { hasStopProof, recordedPid, recordProof } from './proof.ts';
import { RedisUnreachable } from './redis-exchange.ts';
import { denyFollowers } from './replication-login.ts';
import { saveVerified } from './save.ts';
import type { Server } from './server.ts';
import { endProcess, findService, hasEnded, removeDrafts, type Service, send, writeNote } from './service-process.ts';

/** Clients stay connected until their save begins, but no longer than this. */
const longestWaitMs = 30_000;
const shutDownWithinMs = 5000;

type Saved = Pick<Proof, 'savedAt' | 'snapshotBytes'>;
/** `responds`: whether the service responds, so that it can be shut down by a command. */
type Attempt =
  | { readonly saved: Saved }
  | { readonly reason: NonNullable<StopProof['reason']>; readonly responds: boolean };

/**
 * May run twice. Throws `save_failed` where files of the append-only file are missing; `unavailable` where the process
 * does not end.
 */
export async function stopService(server: Server): Promise<void> {
  const service = await findService(server);
  if (!service) {
    const pid = await recordedPid(server);
    if (!(await hasStopProof(server, pid)))
      await proveAppendOnly(server, { end: 'found_ended', reason: 'not_serving' }, pid);
    return;
  }
  const attempt = service.open
    ? await attemptSave(server, service)
    : ({ reason: 'not_serving', responds: false } as const);
  const end = await endService(server, service, 'saved' in attempt || attempt.responds);
  await removeDrafts(server);
  if (!('saved' in attempt)) return proveAppendOnly(server, { end, reason: attempt.reason }, service.pid);
  await recordProof(server, {
    saved: { ...attempt.saved, stop: { save: 'snapshot', end, reason: null } },
    savedPid: service.pid,
  });
  await removeFolderAtomically(server.places.aof);
}

/** A service without an append-only file never let clients in. */
async function proveAppendOnly(server: Server, how: Omit<StopProof, 'save'>, savedPid: number | null): Promise<void> {
  const parts = await appendOnlyParts(server.places);
  if (!parts) return;
  const appendOnlyBytes = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  await recordProof(server, { saved: { appendOnlyBytes, stop: { save: 'append_only_file', ...how } }, savedPid });
}

/** An unresponsive service does not take one of the slots for saves. */
async function attemptSave(server: Server, service: Service): Promise<Attempt> {
  const refusal = await commandWithRetries(server, service, [infoRequest]);
  return refusal ? { reason: refusal, responds: false } : saveInTurn(server, service);
}

async function saveInTurn(server: Server, service: Service): Promise<Attempt> {
  const begun = new AbortController();
  let shut: Promise<Refusal | null> | undefined;
  const shutOut = () => {
    shut ??= shutClientsOut(server, service);
    return shut;
  };
  const saved = server.machine.saving(async (): Promise<Attempt> => {
    begun.abort();
    const refusal = await shutOut();
    return refusal ? { reason: refusal, responds: false } : save(server, service);
  });
  const late = sleep(longestWaitMs, undefined, { signal: begun.signal }).then(shutOut, () => null);
  const refusal = await Promise.race([late, saved.then(() => null)]);
  return refusal ? { reason: refusal, responds: false } : saved;
}

async function save(server: Server, service: Service): Promise<Attempt> {
  try {
    return { saved: await saveVerified(server, service) };
  } catch (error) {
    const responds = error instanceof FleetFailure;
    if (!responds && !(error instanceof RedisUnreachable)) throw error;
    server.machine.log('service does not save', { serverId: server.record.serverId, error });
    return { reason: 'save_failed', responds };
  }
}

/**
 * The note is for a control plane that finds the service after this one was killed; full memory must not keep it from
 * being stopped.
 */
async function shutClientsOut(server: Server, service: Service): Promise<Refusal | null> {
  await writeNote(server, { ...service, open: false }).catch(() => undefined);
  return commandWithRetries(server, service, [
    ['ACL', 'SETUSER', 'default', 'off'],
    ['CLIENT', 'KILL', 'USER', 'default'],
    ...standAlone(server),
    ...denyFollowers,
  ]);
}

/** Throws `unavailable` if the process survives SIGKILL. */
async function endService(server: Server, service: Service, responds: boolean): Promise<StopProof['end']> {
  if (responds) {
    await send(server, service, [['SHUTDOWN', 'NOSAVE', 'NOW', 'FORCE']]).catch(() => null);
    if (await hasEnded(server, service.pid, shutDownWithinMs)) return 'shutdown';
  }
  if (await endProcess(server, service.pid)) return 'killed';
  throw new FleetFailure('unavailable', 'The service does not end.');
}
