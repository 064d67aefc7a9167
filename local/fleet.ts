/** The databases that the functions run, as far as starting and stopping this process concerns them. */
import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { findRedisServer, type RedisServer } from 'process-fleet/redis-binary';
import type { Outcome } from '#lib/model/fleet.ts';
import { processFleet } from './process-fleet.ts';

export interface Databases {
  /** The file with the certificate of their authority. */
  readonly authorityFile: string;
  /** The server program that runs them. */
  readonly server: RedisServer;
  /** Resolves when every database with the desired state `running` has started or failed. */
  readonly resumed: Promise<readonly Outcome[]>;
  /** Saves and seals every database; the next start brings them back. */
  close(): Promise<void>;
}

/**
 * Needs the functions' environment; `memoryDir` is where plaintext is while databases run. Starts bringing the
 * databases back at once.
 */
export async function openDatabases(memoryDir: string): Promise<Databases> {
  const fleet = processFleet();
  const resumed = fleet.resumeAll();
  resumed.catch(() => {});
  return {
    authorityFile: fleet.authorityFile,
    server: findRedisServer(),
    resumed,
    close: async () => {
      const outcomes = await fleet.suspendAll();
      await fleet.close();
      removeIfEmpty(memoryDir);
      const failed = outcomes.flatMap((each) => (each.state === 'failed' ? [`${each.serverId}: ${each.detail}`] : []));
      if (failed.length > 0) throw new Error(`still running, not sealed: ${failed.join('; ')}`);
    },
  };
}

/** Nothing of a cloud that stopped well is left in memory, not even a folder. */
function removeIfEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}
