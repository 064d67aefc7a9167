/** Sealing when the disk lets it down: it fails, the old volume stays, and the process lives. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { seal } from '../../src/sealed-volume.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'latchkey-seal-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const volumeIn = (folder: string) => ({
  path: join(folder, 'volume.sealed'),
  dataKey: new Uint8Array(32),
  context: { team: 'a' },
});

describe('sealing a snapshot', () => {
  it.each([10, 5_000_000])(
    'of %d bytes to a full disk fails with the reason, and leaves the old volume',
    async (bytes) => {
      const [volume, rdb] = [volumeIn(dir), join(dir, 'dump.rdb')];
      writeFileSync(rdb, Buffer.alloc(bytes, 7));
      writeFileSync(volume.path, 'the old one');
      symlinkSync('/dev/full', `${volume.path}.new`);

      await expect(seal(volume, rdb)).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(readFileSync(volume.path, 'utf8')).toBe('the old one');
    },
  );
});
