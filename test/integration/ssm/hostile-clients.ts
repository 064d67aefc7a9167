/** Clients that block a service, on a folder with the layout of a server (`a-server.ts`). */
import { setTimeout as sleep } from 'node:timers/promises';
import { startScript } from '#lib/fleet/ec2/scripts/services.ts';
import { type AServer, aServer } from './a-server.ts';

/**
 * With one acknowledged write. A script counts as long-running after 50 ms, not 5 s, so that the administrator is
 * answered soon.
 */
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

/** Runs a client without reading its responses, and waits until it blocks the service. */
export async function attacks(server: AServer, ...words: string[]): Promise<void> {
  server.clientBeside(...words);
  await sleep(300);
}

export async function measureSeconds<T>(work: () => Promise<T>): Promise<{ seconds: number; response: T }> {
  const begun = Date.now();
  const response = await work();
  return { seconds: (Date.now() - begun) / 1000, response };
}

/** A hostile service with little data may take a minute to stop. */
export const budgetSeconds = 60;
