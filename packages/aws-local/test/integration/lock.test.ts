/** The lock of a state folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockFolder } from '../../src/lock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'aws-local-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('the lock of a state folder', () => {
  it('is held once, and given back', async () => {
    const unlock = await lockFolder(dir, 'The emulator');
    await expect(lockFolder(dir, 'The emulator')).rejects.toThrow(`process ${process.pid}`);

    unlock();
    (await lockFolder(dir, 'The emulator'))();

    expect(readdirSync(dir)).toEqual([]);
  });

  it('is taken over from a process that has ended', async () => {
    const child = spawn('true');
    await once(child, 'exit');
    writeFileSync(join(dir, 'lock'), JSON.stringify({ pid: child.pid, started: '1' }));

    (await lockFolder(dir, 'The emulator'))();

    expect(existsSync(join(dir, 'lock'))).toBe(false);
  });

  it('is taken over from a process whose number another one has now', async () => {
    writeFileSync(join(dir, 'lock'), JSON.stringify({ pid: process.pid, started: '1' }));

    await expect(lockFolder(dir, 'The emulator')).resolves.toBeDefined();
  });

  it('is taken over if it cannot be read', async () => {
    writeFileSync(join(dir, 'lock'), '{"pid":');

    await expect(lockFolder(dir, 'The emulator')).resolves.toBeDefined();
  });

  it('is taken over from a killed process whose parent does not wait for it', async () => {
    // The shell's child outlives it under a program that never reaps it.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(String(line));
    const started = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[21];
    writeFileSync(join(dir, 'lock'), JSON.stringify({ pid, started }));
    await expect(lockFolder(dir, 'The emulator')).rejects.toThrow(`process ${pid}`);
    process.kill(pid, 'SIGKILL');

    await expect(lockFolder(dir, 'The emulator')).resolves.toBeDefined();
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    parent.kill('SIGKILL');
  });

  it('is never met again by a start right after a kill, nor are the sockets of the killed process', async () => {
    const program = fileURLToPath(new URL('./lock-child.ts', import.meta.url));
    for (let time = 0; time < 5; time += 1) {
      const child = spawn(process.execPath, ['--no-warnings', program, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      child.kill('SIGKILL');

      (await lockFolder(dir, 'The emulator'))();
      const server = createServer().listen(Number(String(line)), '127.0.0.1');
      await once(server, 'listening');
      server.close();
    }
  });
});
