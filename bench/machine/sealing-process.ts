/**
 * Seals a snapshot and opens it again, in a process of its own so that its memory is seen alone. Arguments: the
 * snapshot, a folder on the disk, a folder in memory. Prints what it measured, as JSON.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { seal, unseal } from 'process-fleet/sealed-volume';
import type { Sealing } from './sealing.ts';

const [, , snapshot = '', disk = '', memory = ''] = process.argv;
const rounds = 3;
const chunks = { highWaterMark: 1024 * 1024 };
const opened = join(memory, 'opened.rdb');

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

const volume = { path: join(disk, 'volume.sealed'), dataKey: randomBytes(32), context: { measurement: 'sealing' } };

async function sealed(rdb: string) {
  const sealMs = await timed(() => seal(volume, rdb));
  const unsealMs = await timed(() => unseal(volume, () => opened));
  rmSync(opened, { force: true });
  return { sealMs, unsealMs };
}

/** To the same storage, flushed as a volume is, and back. */
async function bare() {
  const [key, iv, path] = [randomBytes(32), randomBytes(12), join(disk, 'bare')];
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const sealMs = await timed(() =>
    pipeline(createReadStream(snapshot, chunks), cipher, createWriteStream(path, { flush: true })),
  );
  const decipher = createDecipheriv('aes-256-gcm', key, iv).setAuthTag(cipher.getAuthTag());
  const unsealMs = await timed(() => pipeline(createReadStream(path, chunks), decipher, createWriteStream(opened)));
  rmSync(opened, { force: true });
  return { sealMs, unsealMs };
}

const small = join(memory, 'small.rdb');
writeFileSync(small, randomBytes(4 * 1024 * 1024));
await sealed(small);
const idle = process.memoryUsage().rss;
const ours: Sealing['ours'] = [];
for (let round = 0; round < rounds; round += 1) ours.push(await sealed(snapshot));
// The kernel's own high-water mark, in kilobytes.
const extraMb = (process.resourceUsage().maxRSS * 1024 - idle) / 2 ** 20;
const theirs: Sealing['bare'] = [];
for (let round = 0; round < rounds; round += 1) theirs.push(await bare());
process.stdout.write(JSON.stringify({ ours, bare: theirs, extraMb } satisfies Sealing));
