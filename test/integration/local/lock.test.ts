import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockFolder } from '#local/lock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'latchkey-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('the lock of a state folder', () => {
  it('is held once, and given back', () => {
    const unlock = lockFolder(dir);
    expect(() => lockFolder(dir)).toThrow(`process ${process.pid}`);

    unlock();
    lockFolder(dir)();

    expect(readdirSync(dir)).toEqual([]);
  });

  it('is taken over from a process that is gone', async () => {
    const child = spawn('true');
    await once(child, 'exit');
    writeFileSync(join(dir, 'lock'), JSON.stringify({ pid: child.pid, started: '1' }));

    lockFolder(dir)();

    expect(existsSync(join(dir, 'lock'))).toBe(false);
  });

  it('is taken over from a process whose number another one has now', () => {
    writeFileSync(join(dir, 'lock'), JSON.stringify({ pid: process.pid, started: '1' }));

    expect(() => lockFolder(dir)).not.toThrow();
  });

  it('is taken over when nobody can read it', () => {
    writeFileSync(join(dir, 'lock'), '{"pid":');

    expect(() => lockFolder(dir)).not.toThrow();
  });
});
