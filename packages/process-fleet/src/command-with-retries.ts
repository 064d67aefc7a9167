/**
 * Executes administrator's commands on a service that its clients may block: a running script is killed first. If the
 * service still does not respond, the caller ends its process.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisRefusal, RedisUnreachable } from './redis-exchange.ts';
import type { Server } from './server.ts';
import { isProcessOf, type Service, send } from './service-process.ts';

/**
 * During the first 5 seconds of a script (`busy-reply-threshold`) Redis responds to no client, later to administrators.
 */
const answerWithinMs = 8000;
/** For a service that rejects the login, for example at its connection limit. */
const loginWithinMs = 2000;
const pauseMs = 100;

/**
 * Tells whether a service carries commands out. Not PING, which Redis refuses while its append-only file can't be
 * written.
 */
export const infoRequest = ['INFO', 'server'] as const;

/** `script_running`: a script cannot be killed, or others follow it. `no_answer`: any other reason. */
export type Refusal = 'script_running' | 'no_answer';

/** Returns null after the commands were executed, or the reason why they were not in time. */
export async function commandWithRetries(
  server: Server,
  service: Service,
  commands: readonly (readonly string[])[],
): Promise<Refusal | null> {
  const begun = performance.now();
  const leftMs = () => begun + answerWithinMs - performance.now();
  let refusal: Refusal = 'no_answer';
  while (leftMs() > 0) {
    try {
      await send(server, { ...service, withinMs: leftMs() }, commands);
      return null;
    } catch (error) {
      const { ended, again } = await classify(server, service, error);
      refusal = ended;
      if (!again || (error instanceof RedisUnreachable && performance.now() > begun + loginWithinMs)) return refusal;
    }
    await sleep(pauseMs);
  }
  return refusal;
}

async function classify(server: Server, service: Service, error: unknown): Promise<{ ended: Refusal; again: boolean }> {
  if (error instanceof RedisUnreachable) return { ended: 'no_answer', again: await isProcessOf(server, service.pid) };
  if (!(error instanceof RedisRefusal)) throw error;
  if (!error.message.startsWith('BUSY')) return { ended: 'no_answer', again: false };
  return { ended: 'script_running', again: await endScript(server, service) };
}

/** False for a script that has written, which Redis doesn't end. */
async function endScript(server: Server, service: Service): Promise<boolean> {
  for (const kind of ['SCRIPT', 'FUNCTION']) {
    try {
      await send(server, { ...service, withinMs: loginWithinMs }, [[kind, 'KILL']]);
    } catch (error) {
      if (error instanceof RedisRefusal && error.message.startsWith('UNKILLABLE')) return false;
    }
  }
  return true;
}
