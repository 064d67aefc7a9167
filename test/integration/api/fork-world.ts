/** Leaders and followers as preconditions of a test. */
import { lostWrites } from '#local/test-support/lost-writes.ts';
import type { Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import { aServingDatabase, type DatabaseResponse, inStatus, rowOf, urlsOf, withRedis } from './preconditions.ts';

export const appName = 'your-app-name';

export const promote = (platform: Platform, id: string, app = appName) =>
  platform.ask<DatabaseResponse & { detail?: string }>(`POST /v1/databases/${id}/promotion`, { body: { app } });

let count = 0;

/** A database under the platform's key, and its follower under a customer key, which has caught up. */
export async function aFollowedLeader(
  platform: Platform,
  leaderKey?: string,
): Promise<{ leader: DatabaseResponse; fork: DatabaseResponse; key: string }> {
  count += 1;
  const leader = await aServingDatabase(platform, {
    ...(leaderKey ? { key: leaderKey } : {}),
    name: `leader-${count}`,
  });
  const key = await platform.keyOfCustomer();
  const fork = await aFork(platform, { fork: leader.name, encryptionKey: key, name: `follower-${count}` });
  return { leader, fork: await caughtUp(platform, fork.id), key };
}

export async function aFork(platform: Platform, body: object): Promise<DatabaseResponse> {
  const made = await platform.ask<DatabaseResponse>('POST /v1/databases', {
    body: { plan: 'private-7', app: appName, ...body },
  });
  if (made.status !== 202) throw new Error(JSON.stringify(made.body));
  return inStatus(platform, made.body.id, 'following');
}

export const caughtUp = (platform: Platform, id: string): Promise<DatabaseResponse> =>
  until(`${id} has caught up`, async () => {
    const { body } = await platform.ask<DatabaseResponse>(`GET /v1/databases/${id}`);
    return body.fork?.caughtUp && body;
  });

/** Waits until no promotion is in progress. */
export const settled = (platform: Platform, id: string): Promise<DatabaseResponse> =>
  until(`the promotion of ${id} is over`, async () => {
    const row = await rowOf(platform, id);
    return !row.promotion && (await platform.ask<DatabaseResponse>(`GET /v1/databases/${id}`)).body;
  });

export const configVars = async (platform: Platform, app = appName) =>
  (await platform.ask<Record<string, string | null>>(`GET /v1/apps/${app}/config-vars`)).body;

/** The acknowledged numbers that the database lacks. */
export async function lostIn(platform: Platform, id: string, acknowledged: readonly number[]): Promise<number[]> {
  const { url } = await urlsOf(platform, id);
  return withRedis(url, (redis) => lostWrites(redis, acknowledged));
}
