/** A platform that is killed while it takes a backup finishes it after a restart. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';

const program = fileURLToPath(new URL('./backup-process.ts', import.meta.url));
const firstPort = 25_000 + 200 * Number(process.env.JEST_WORKER_ID ?? 1);
const children: ChildProcess[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function aPlatform(dir: string, ...words: string[]): ChildProcess {
  const env = { ...process.env, FLEET_MEMORY_DIR: folders[1] };
  const child = spawn(process.execPath, [program, dir, String(firstPort), ...words], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  return child;
}

/** The rest of the first line that begins with the word. */
async function said(child: ChildProcess, word: string): Promise<string> {
  let heard = '';
  for await (const chunk of child.stdout ?? []) {
    heard += String(chunk);
    const line = heard.split('\n').find((each, index, lines) => each.startsWith(word) && index < lines.length - 1);
    if (line) return line.slice(word.length).trim();
  }
  throw new Error(`the platform ended without saying ${word}`);
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

describe('a platform that is killed while it takes a backup', () => {
  it.each([40, 200])(
    'takes it after its next start, once and in whole, when it dies after %i ms',
    async (afterMs) => {
      const dir = mkdtempSync(join(tmpdir(), 'latchkey-backup-'));
      folders.push(dir, mkdtempSync('/dev/shm/latchkey-backup-'));
      const first = aPlatform(dir, 'begin');
      const [database = '', backup = ''] = (await said(first, 'requested')).split(' ');
      await sleep(afterMs);
      await killed(first);

      const found = JSON.parse(await said(aPlatform(dir, 'finish', database, backup), 'found'));
      expect(found).toEqual({ status: 'available', failure: null, same: true, taken: 1 });
      const [bucket = ''] = readdirSync(join(dir, 's3'));
      expect(readdirSync(join(dir, 's3', bucket, 'bytes'))).toHaveLength(1);
    },
    120_000,
  );
});
