/**
 * A save on a machine whose clock was put back since the last one. A Redis cannot be given another clock, so one is
 * played.
 */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memoryPlaces } from '../../src/places.ts';
import { saveVerified } from '../../src/save.ts';
import type { Server } from '../../src/server.ts';

const snapshot = Buffer.concat([Buffer.from('REDIS0010data and more'), Buffer.from([0xff, 1, 2, 3, 4, 5, 6, 7, 8])]);
const info = 'rdb_bgsave_in_progress:0\r\nrdb_changes_since_last_save:0\r\nused_memory:1000\r\n';
let dir: string;
let redis: NetServer;

/** In the order of the requests; the time of the last save is an hour earlier each time. */
function played(rdb: string): NetServer {
  let savedAt = 1_800_000_000;
  const replyTo = (command: string): string => {
    if (command === 'INFO') return `$${info.length}\r\n${info}\r\n`;
    if (command === 'LASTSAVE') {
      savedAt -= 3600;
      return `:${savedAt}\r\n`;
    }
    if (command === 'SAVE') {
      writeFileSync(`${rdb}.draft`, snapshot);
      renameSync(`${rdb}.draft`, rdb);
    }
    return '+OK\r\n';
  };
  return createServer((socket) => {
    socket.on('data', (bytes) => {
      const commands = bytes.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g);
      for (const [, command = ''] of commands) socket.write(replyTo(command));
    });
    socket.on('error', () => undefined);
  });
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'latchkey-clock-'));
  writeFileSync(join(dir, 'admin-password'), 'secret');
  writeFileSync(join(dir, 'dump.rdb'), 'the last one');
  redis = played(join(dir, 'dump.rdb'));
  await new Promise<void>((resolve) => redis.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  redis.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('a save', () => {
  it('counts by its snapshot, though the clock went back since the last one', async () => {
    const server = { places: memoryPlaces(dir) } as Server;
    const { port } = redis.address() as AddressInfo;
    const saved = await saveVerified(server, { pid: 1, port, open: false });

    expect(saved.snapshotBytes).toBe(snapshot.length);
  });
});
