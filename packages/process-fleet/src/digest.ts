/**
 * The digest of a running service's data set, page by page, so that no page occupies the service for long. It runs in
 * the background: a large data set takes longer than a call may.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { DatasetDigest, DigestRequest, DigestResult } from './port.ts';
import { RedisRefusal } from './redis-exchange.ts';
import { findServer, isRunning, type Machine, type Server } from './server.ts';
import { findService, send } from './service-process.ts';

const pageWithinMs = 30_000;
/** The maximum wait of a call for the result, in milliseconds. */
const callMs = 5000;
/** How long a result is kept for a repeated call, in milliseconds. */
const keptMs = 600_000;

/** A digest that is underway or complete, by server and label. */
type Digests = Map<string, Promise<DigestResult>>;

export function createDigests(machine: Machine) {
  const digests: Digests = new Map();
  return async (request: DigestRequest): Promise<DigestResult> => {
    const { serverId, label } = request;
    const id = `${serverId}/${label}`;
    const known = digests.get(id) ?? begin(machine, request);
    digests.set(id, known);
    const result = await Promise.race([known, sleep(callMs, null, { ref: false })]);
    if (!result) return { serverId, state: 'pending' };
    if (result.state === 'failed') digests.delete(id);
    return result;
  };

  function begin(on: Machine, request: DigestRequest) {
    const id = `${request.serverId}/${request.label}`;
    const result = digestOf(on, request);
    void result.then(() => setTimeout(() => digests.delete(id), keptMs).unref());
    return result;
  }
}

/** Never rejects. */
async function digestOf(machine: Machine, request: DigestRequest): Promise<DigestResult> {
  const { serverId } = request;
  try {
    const server = await findServer(machine, serverId);
    if (!server) return { serverId, state: 'failed', reason: 'not_found', detail: 'There is no such server.' };
    return { serverId, state: 'done', ...(await digestAll(server, request.expiresAfter)) };
  } catch (error) {
    machine.log('a data set could not be digested', { serverId, error });
    const detail = error instanceof RedisRefusal ? error.message : 'The service does not run, or did not respond.';
    return { serverId, state: 'failed', reason: 'unavailable', detail };
  }
}

async function digestAll(server: Server, expiresAfter: number): Promise<DatasetDigest> {
  const call = await caller(server);
  const keyspace = await call(['INFO', 'keyspace']);
  let [keys, expiring, digest] = [0, 0, '0'.repeat(40)];
  for (const [, database = '0'] of keyspace.matchAll(/^db(\d+):/gm)) {
    let cursor = '0';
    do {
      const script = server.machine.digestPageScript;
      const page = await call(['EVAL', script, '0', database, cursor, String(expiresAfter), digest]);
      const [next = '0', more = '0', moreExpiring = '0', soFar = digest] = page.split(' ');
      cursor = next;
      keys += Number(more);
      expiring += Number(moreExpiring);
      digest = soFar;
    } while (cursor !== '0');
  }
  return { keys, expiring, digest };
}

/** Throws if the service does not run. */
async function caller(server: Server): Promise<(command: readonly string[]) => Promise<string>> {
  const service = (await isRunning(server)) ? await findService(server) : null;
  if (!service?.open) throw new Error('The service does not run');
  return async (command) => String((await send(server, { ...service, withinMs: pageWithinMs }, [command]))[0]);
}
