/** A store of backups in memory. Does not: fail by itself; a test puts something else into `stored`. */
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { BackupObjects, Metadata } from '../src/backup-objects.ts';

export interface FakeObjects extends BackupObjects {
  readonly stored: Map<string, { bytes: Buffer; metadata: Metadata }>;
  puts: number;
}

export function createFakeObjects(): FakeObjects {
  const stored: FakeObjects['stored'] = new Map();
  const objects: FakeObjects = {
    stored,
    puts: 0,
    put: async ({ key, path, metadata }) => {
      objects.puts += 1;
      stored.set(key, { bytes: await readFile(path), metadata });
    },
    head: async (key) => {
      const found = stored.get(key);
      return found ? { bytes: found.bytes.length, metadata: found.metadata } : null;
    },
    get: async (key) => {
      const found = stored.get(key);
      return found ? { body: Readable.from([found.bytes]), metadata: found.metadata } : null;
    },
  };
  return objects;
}
