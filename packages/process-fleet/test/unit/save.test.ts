import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { faultOfSnapshot, infoNumber } from '../../src/save.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-save-'));
});
afterAll(() => rm(folder, { recursive: true }));

const faultOf = async (content: Buffer) => {
  const path = join(folder, 'dump.rdb');
  await writeFile(path, content);
  return faultOfSnapshot(path);
};
const tail = Buffer.from([0xff, 1, 2, 3, 4, 5, 6, 7, 8]);

describe('a snapshot', () => {
  it('is whole with its magic word and its end mark', async () => {
    expect(await faultOf(Buffer.concat([Buffer.from('REDIS0010data'), tail]))).toBeNull();
    expect(await faultOf(Buffer.concat([Buffer.from('VALKEY080data'), tail]))).toBeNull();
  });

  it('has a fault when it is missing, short, cut off or something else', async () => {
    expect(await faultOfSnapshot(join(folder, 'none.rdb'))).toMatch(/not there/);
    expect(await faultOf(Buffer.alloc(0))).toMatch(/too short/);
    expect(await faultOf(Buffer.concat([Buffer.from('REDIS0010data and more'), tail.subarray(0, 8)]))).toMatch(
      /cut off/,
    );
    expect(await faultOf(Buffer.concat([Buffer.from('SQLite format'), tail]))).toMatch(/begin/);
  });
});

describe("a section of Redis's INFO", () => {
  it('gives numbers by exact name, or none', () => {
    const info = '# Persistence\r\nloading:0\r\nasync_loading:1\r\nrdb_last_bgsave_status:ok\r\n';
    expect(infoNumber(info, 'loading')).toBe(0);
    expect(infoNumber(info, 'async_loading')).toBe(1);
    expect(infoNumber(info, 'rdb_last_bgsave_status')).toBeNull();
    expect(infoNumber(null, 'loading')).toBeNull();
  });
});
