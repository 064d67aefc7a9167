/** The record of a server: `server.json` in its folder, written atomically. */
import { readdirSync } from 'node:fs';
import { readJson, writeFileAtomically } from './atomic-file.ts';
import type { ServerSpec } from './port.ts';

export interface ServerRecord extends ServerSpec {
  readonly port: number;
  readonly tlsPort: number;
  /**
   * The state that the last operation requested. A suspension leaves it alone: it says what a resumption brings back.
   */
  readonly desired: DesiredState;
  /** The id of the leader's server, until it is promoted. */
  readonly following?: { readonly leaderServerId: string } | null;
  /** `refused`: clients may read only. Admitted where it is not set. */
  readonly writers?: 'admitted' | 'refused';
}

export interface DesiredState {
  readonly server: 'running' | 'stopped';
  readonly service: 'running' | 'stopped';
}

/** Version 0.1 called the desired state `meant`. */
export async function readRecord(path: string): Promise<ServerRecord | null> {
  const record = await readJson<ServerRecord & { readonly meant: DesiredState }>(path);
  return record && { ...record, desired: record.desired ?? record.meant };
}

export const writeRecord = (path: string, record: ServerRecord): Promise<void> =>
  writeFileAtomically(path, `${JSON.stringify(record, null, 2)}\n`);

/** Folders that are still being made, or are on their way out, start with a dot. */
export const serverIdsIn = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name);
