/** A fleet in temporary folders, a client of a server's service, and the end of both. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createProcessFleet, type ProcessFleet, type ProcessFleetOptions } from '../src/index.ts';
import type { ServerSpec } from '../src/port.ts';
import { createFakeKms, type FakeKms } from './fake-kms.ts';
import { createFakeObjects, type FakeObjects } from './fake-objects.ts';
import { tlsFilesIn } from './tls.ts';

export const password = 'correct-horse-battery-staple';
export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Away from the machine's ephemeral ports, and apart from other test workers. */
export const firstPort = 23_000 + 200 * Number(process.env.JEST_WORKER_ID ?? 1);

export const aServer = (serverId = 'srv_1', changes: Partial<ServerSpec> = {}): ServerSpec => ({
  serverId,
  teamId: 'team_1',
  databaseId: `db_of_${serverId}`,
  keyArn: 'arn:aws:kms:us-east-1:111122223333:key/1',
  passwordSha256: sha256(password),
  memoryMb: 512,
  maxClients: 50,
  evictionPolicy: 'noeviction',
  ...changes,
});

const connectOnce = {
  lazyConnect: true,
  retryStrategy: () => null,
  maxRetriesPerRequest: 0,
  disconnectTimeout: 20,
} as const;

/** Instead of the plain port and the right password. */
interface ClientOptions {
  readonly host?: string;
  readonly port?: number;
  readonly password?: string;
  readonly tls?: { readonly ca?: string };
}

export interface World {
  readonly dir: string;
  readonly memoryDir: string;
  readonly kms: FakeKms;
  readonly objects: FakeObjects;
  readonly logged: [message: string, fields: Record<string, unknown>][];
  fleet: ProcessFleet;
  /** As a control plane that starts on the same folders. */
  again(): Promise<ProcessFleet>;
  client(serverId?: string, options?: ClientOptions): Promise<Redis>;
  end(): Promise<void>;
}

type FleetOptions = Partial<Pick<ProcessFleetOptions, 'applicationRights' | 'checkpointEveryMs' | 'digestPageScript'>>;

export async function aFleet(options: FleetOptions = {}): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'latchkey-fleet-'));
  const memoryDir = await mkdtemp('/dev/shm/latchkey-test-');
  const kms = createFakeKms();
  const objects = createFakeObjects();
  const logged: World['logged'] = [];
  const clients: Redis[] = [];
  const create = () =>
    createProcessFleet({
      dir: join(root, 'fleet'),
      memoryDir,
      firstPort,
      tls: tlsFilesIn(join(root, 'tls')),
      applicationRights: '~* &* +@all -@admin -migrate',
      digestPageScript: '',
      kms,
      backups: objects,
      log: (message, fields) => void logged.push([message, fields]),
      ...options,
    });
  const world: World = {
    dir: join(root, 'fleet'),
    memoryDir,
    kms,
    objects,
    logged,
    fleet: create(),
    again: async () => {
      await world.fleet.close();
      world.fleet = create();
      return world.fleet;
    },
    client: async (serverId = 'srv_1', options = {}) => {
      const [observed] = await world.fleet.describe([serverId]);
      const port = observed?.endpoint?.port ?? 0;
      const client = new Redis(options.port ?? port, { ...connectOnce, password, ...options });
      client.on('error', () => undefined);
      clients.push(client);
      await client.connect();
      return client;
    },
    end: async () => {
      for (const client of clients) client.disconnect();
      await world.fleet.terminate(await readdir(world.dir).catch(() => []));
      await world.fleet.close();
      await rm(root, { recursive: true, force: true });
      await rm(memoryDir, { recursive: true, force: true });
    },
  };
  return world;
}

/** Launched, and its service running. */
export async function aRunningDatabase(world: World, spec = aServer()): Promise<void> {
  await world.fleet.launch([spec]);
  const [outcome] = await world.fleet.startServices([spec.serverId]);
  if (outcome?.state !== 'done') throw new Error(JSON.stringify(outcome));
}

/** A digest over all keys and values, whatever their order. */
export async function digestOf(client: Redis): Promise<string> {
  const keys = (await client.keys('*')).sort();
  const values = keys.length ? await client.mget(keys) : [];
  return sha256(JSON.stringify([keys, values]));
}

export const writeKeys = async (client: Redis, count: number): Promise<void> => {
  const pairs = Array.from({ length: count }, (_, n) => [`key:${n}`, `the plaintext of value ${n}`]);
  await client.mset(Object.fromEntries(pairs));
};
