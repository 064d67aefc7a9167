/** The demo as a user starts it: a program with an exit code, which leaves nothing behind. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';

const main = resolve(import.meta.dirname, '../../local/demo/main.ts');
const patience = 180_000;

interface Run {
  readonly child: ChildProcess;
  readonly disk: string;
  readonly memory: string;
  output(): string;
  ended: Promise<number | null>;
}

const runs: Run[] = [];

afterEach(() => {
  for (const { child, disk, memory } of runs.splice(0)) {
    child.kill('SIGKILL');
    for (const folder of [disk, memory]) rmSync(folder, { recursive: true, force: true });
  }
});

function startDemo({ args = [], environment = {} }: { args?: string[]; environment?: NodeJS.ProcessEnv } = {}): Run {
  const disk = mkdtempSync(join(tmpdir(), 'latchkey-demo-test-'));
  const memory = mkdtempSync('/dev/shm/latchkey-demo-test-');
  const env = { ...process.env, TMPDIR: disk, FLEET_MEMORY_DIR: memory, ...environment };
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const run = { child, disk, memory, output: () => output, ended };
  runs.push(run);
  return run;
}

async function printed({ output, ended }: Run, text: string): Promise<void> {
  let over = false;
  void ended.then(() => (over = true));
  while (!output().includes(text)) {
    if (over) throw new Error(`It ended without "${text}":\n${output()}`);
    await setTimeout(20);
  }
}

/** Command lines that name the run's folders: Redis, the cloud, the AWS CLI. */
const processesOf = ({ disk, memory }: Run): { pid: number; line: string }[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return { pid: Number(pid), line: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') };
      } catch {
        return { pid: 0, line: '' };
      }
    })
    .filter(({ line }) => line.includes(disk) || line.includes(memory));

const isOpen = (port: number): Promise<boolean> =>
  new Promise((answer) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
    socket.once('connect', () => socket.destroy());
  });

async function expectNothingLeft(run: Run): Promise<void> {
  expect(readdirSync(run.disk)).toEqual([]);
  expect(readdirSync(run.memory)).toEqual([]);
  expect(processesOf(run)).toEqual([]);
  const [, port] = /on port (\d+)/.exec(run.output()) ?? [];
  if (port) expect([await isOpen(Number(port)), await isOpen(Number(port) + 1)]).toEqual([false, false]);
}

/** Without what differs between two runs: numbers, ids, units and the month. */
const normalized = (line: string): string =>
  line
    .trim()
    .replace(/\[Latchkey [0-9a-f]{8}\]/, '[Latchkey]')
    .replace(/entry_\w+/, 'entry')
    .replace(/(, on \d+) \w+ \d+$/, '$1')
    .replace(/\d[\d.,:]*/g, '0')
    .replace(/\b0 (?:ms|s|min)(?: 0 s)?(?!\w)/g, '0 s')
    .replace(/[█─]+/g, '…')
    .replace(/ {2,}/g, '  ');

/** The lines of the README's excerpt. Commands of the AWS CLI are left out if the demo ran without it. */
function excerptOfReadme(output: string): string[] {
  const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');
  const excerpt = /^## What it looks like$.*?^```$(.*?)^```$/ms.exec(readme)?.[1] ?? '';
  const hasCli = output.includes('$ aws ');
  return excerpt.split('\n').filter((line) => line.trim() && line.trim() !== '…' && (hasCli || !/^ *\$/.test(line)));
}

/** All lines of the excerpt, in their order. */
function expectExcerpt(output: string): void {
  const lines = output.split('\n').map(normalized);
  const excerpt = excerptOfReadme(output);
  expect(excerpt.length).toBeGreaterThan(20);
  let at = 0;
  for (const line of excerpt) {
    const found = lines.indexOf(normalized(line), at);
    expect([line, found >= at]).toEqual([line, true]);
    at = found + 1;
  }
}

describe('the demo', () => {
  it.each([
    [['--full'], '[drill] a request to disable the key'],
    [[], 'make demo FULL=1'],
  ])(
    'with the options %j shows the whole story, proves it, and leaves nothing behind',
    async (args, only) => {
      const run = startDemo({ args });
      const code = await run.ended;
      const output = run.output();

      expect({ code, output }).toMatchObject({ code: 0 });
      expect(output).toContain('✓ All 100,000 keys and values are what they were');
      expect(output).toContain('DisabledException');
      expect(output).toContain('finds 0 of 100,000 values');
      expect(output).toMatch(/Mails to the admins +5 +5\n/);
      expect(output).toMatch(/Webhook: LockoutOpened .*\n +entry_\w+, its signature verified/);
      expect(output).toMatch(/Early warnings, withdrawals +2 +2\n/);
      expect(output).toMatch(/keys lost +0 of 100,000 +none +yes\n/);
      expect(output).toContain('✓ The signed report is verified offline');
      expect(output).toContain(only);
      expectExcerpt(output);
      expect(output).not.toContain('\u001b');
      expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);

      await expectNothingLeft(run);
    },
    patience,
  );

  it.each([
    ['an early warning', 'key is deleted in 30 days', []],
    ['a simulated drill', 'catching_up: ', []],
    ['a real drill', 'please disable the drill key', ['--full']],
    ['the waiting period of a disabled key', ' of 10:00', []],
  ])(
    'ends in order with code 130 when it is interrupted during %s',
    async (_, text, args) => {
      const run = startDemo({ args });
      await printed(run, text);

      run.child.kill('SIGINT');

      expect(await run.ended).toBe(130);
      expect(run.output()).toContain('Interrupted.');

      await expectNothingLeft(run);
    },
    patience,
  );

  it(
    'leaves nothing behind even when it is killed',
    async () => {
      const run = startDemo();
      await printed(run, 'available, on port');
      run.child.kill('SIGKILL');
      await run.ended;
      const end = Date.now() + 60_000;
      while (
        processesOf(run).length + readdirSync(run.disk).length + readdirSync(run.memory).length > 0 &&
        Date.now() < end
      )
        await setTimeout(50);
      await expectNothingLeft(run);
    },
    patience,
  );

  it(
    'fails with code 1 and the reason if its cloud is killed, and leaves nothing behind',
    async () => {
      const run = startDemo();
      await printed(run, 'available, on port');
      const cloud = processesOf(run).find(({ line }) => line.includes('cloud-process.ts'));
      expect(cloud).toBeDefined();
      if (cloud) process.kill(cloud.pid, 'SIGKILL');

      expect(await run.ended).toBe(1);
      expect(run.output()).toContain('The local cloud ended (SIGKILL).');

      await expectNothingLeft(run);
    },
    patience,
  );

  it(
    'fails with code 1 and says what to do where there is no Redis',
    async () => {
      const run = startDemo({ environment: { PATH: '/nonexistent' } });

      expect(await run.ended).toBe(1);
      expect(run.output()).toMatch(/✗ The start\n.*redis-server/);

      await expectNothingLeft(run);
    },
    patience,
  );

  it(
    'refuses words that it does not know',
    async () => {
      const run = startDemo({ args: ['--fast'] });
      expect(await run.ended).toBe(1);
      expect(run.output()).toContain("Unknown option '--fast'");
    },
    patience,
  );
});
