/** Clients that hold a service up, on a folder that is laid out as a server (`a-server.ts`). */
import { setTimeout as sleep } from 'node:timers/promises';
import { startScript } from '#lib/fleet/ec2/scripts/services.ts';
import { type AServer, aServer } from './a-server.ts';

/** With one acknowledged write. A script counts as long after 50 ms, not 5 s, so that the administrator is answered soon. */
export function startedServer(conf = ''): AServer {
  const server = aServer({ conf: `busy-reply-threshold 50\n${conf}` });
  const { code, output } = server.run(startScript);
  if (code !== 0) throw new Error(output);
  server.client('SET', 'acknowledged', '1');
  return server;
}

export const unkillable =
  "redis.call('set','t','1') while true do redis.call('publish','out',redis.call('get','acknowledged')) end";
export const killable = "while true do redis.call('get','acknowledged') end";

/** Runs a client that never hears an answer, and waits until it holds the service up. */
export async function attacks(server: AServer, ...words: string[]): Promise<void> {
  server.clientBeside(...words);
  await sleep(300);
}

export async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; answer: T }> {
  const begun = Date.now();
  const answer = await work();
  return { seconds: (Date.now() - begun) / 1000, answer };
}

/** A hostile service without much data may take a minute. */
export const budgetSeconds = 60;
