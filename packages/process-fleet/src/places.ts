/**
 * Where a server's files are: ciphertext and facts in its folder on disk, plaintext in its memory-backed folder while
 * it runs.
 */
import { join } from 'node:path';
import { FleetFailure } from './failure.ts';

export interface Places {
  /** On disk, until the server is terminated. */
  readonly folder: string;
  readonly record: string;
  readonly volume: string;
  readonly wrappedKey: string;
  /** The proof of its last stop and start. */
  readonly proofs: string;
  /** Memory-backed; it exists while the server runs. */
  readonly memory: string;
  readonly dataKey: string;
  readonly adminPassword: string;
  /** The credentials of this server's followers; exists once there was a follower. */
  readonly replicationPassword: string;
  readonly conf: string;
  readonly rdb: string;
  readonly aof: string;
  readonly aofManifest: string;
  readonly log: string;
  readonly service: string;
}

/** Throws `not_found` for an id that cannot name a folder. */
export function placesIn(dir: string, memoryDir: string, serverId: string): Places {
  if (!/^[a-z0-9][a-z0-9_-]{0,63}$/i.test(serverId)) throw new FleetFailure('not_found', 'No server has such an id.');
  return { ...diskPlaces(join(dir, serverId)), ...memoryPlaces(join(memoryDir, serverId)) };
}

export const diskPlaces = (folder: string) => ({
  folder,
  record: join(folder, 'server.json'),
  volume: join(folder, 'volume.sealed'),
  wrappedKey: join(folder, 'data-key.json'),
  proofs: join(folder, 'proofs.json'),
});

export const memoryPlaces = (memory: string) => ({
  memory,
  dataKey: join(memory, 'data-key'),
  adminPassword: join(memory, 'admin-password'),
  replicationPassword: join(memory, 'replication-password'),
  conf: join(memory, 'redis.conf'),
  rdb: join(memory, 'dump.rdb'),
  aof: join(memory, 'appendonlydir'),
  aofManifest: join(memory, 'appendonlydir', 'appendonly.aof.manifest'),
  log: join(memory, 'service.log'),
  service: join(memory, 'service.json'),
});
