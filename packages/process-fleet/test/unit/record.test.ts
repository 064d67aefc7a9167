/** The record of a server, as this version and version 0.1 write it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { readRecord, type ServerRecord, writeRecord } from '../../src/record.ts';

const dir = mkdtempSync(join(tmpdir(), 'record-'));
afterAll(() => rmSync(dir, { recursive: true }));

it('reads the desired state from a record of version 0.1, and keeps later changes', async () => {
  const path = join(dir, 'server.json');
  const running = { server: 'running', service: 'running' } as const;
  const stopped = { server: 'stopped', service: 'stopped' } as const;
  writeFileSync(path, JSON.stringify({ serverId: 'srv_1', meant: running }));

  const record = (await readRecord(path)) as ServerRecord;
  await writeRecord(path, { ...record, desired: stopped });

  expect(record.desired).toEqual(running);
  expect((await readRecord(path))?.desired).toEqual(stopped);
});
