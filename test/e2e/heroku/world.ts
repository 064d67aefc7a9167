/** A cloud for a test file, and terminals of both CLIs on it. */
import { Redis } from 'ioredis';
import { aKey, inStatus } from '#local/test-support/customer.ts';
import { aHome, type Running } from '#test/e2e/cloud.ts';
import { versions } from './install.ts';
import { aTerminal, type Terminal } from './terminal.ts';

export interface World {
  readonly cloud: Running;
  /** The folder of `env` and `bin`. */
  readonly dir: string;
  readonly newest: Terminal;
  readonly bare: Terminal;
  /** A usable key of the customer. */
  readonly arn: string;
  end(): Promise<void>;
}

export async function aWorld(speed = 60): Promise<World> {
  const home = aHome({ speed });
  try {
    const cloud = await home.start();
    const newest = aTerminal(cloud, versions.newest);
    const bare = aTerminal(cloud, versions.bare);
    const end = async () => {
      newest.close();
      bare.close();
      await home.end();
    };
    return { cloud, dir: home.dir, newest, bare, arn: await aKey(cloud), end };
  } catch (error) {
    await home.end();
    throw error;
  }
}

/** An available database under the world's key, on a seeded app. */
export async function aDatabase({ cloud, newest, arn }: World, name: string, app = 'your-app-name'): Promise<void> {
  await newest.heroku(`addons:create heroku-redis:private-7 --app ${app} --name ${name} -- --encryption-key ${arn}`);
  await inStatus(cloud, name, 'available');
}

/** With a real client, and a URL of the CLI. */
export async function ask<T>(url: string, act: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  await redis.connect();
  try {
    return await act(redis);
  } finally {
    redis.disconnect();
  }
}

export const configVar = async ({ newest }: World, name: string, app = 'your-app-name'): Promise<string> =>
  (await newest.heroku(`config:get ${name} --app ${app}`)).stdout.trim();
