/** Runs of `make demo` as programs, and what they may not leave behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect } from '@jest/globals';

const main = resolve(import.meta.dirname, '../../local/demo/main.ts');
/** Milliseconds for a test that runs a demo. */
export const patience = 180_000;

export interface Run {
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

export function startDemo({
  args = [],
  environment = {},
}: {
  args?: string[];
  environment?: NodeJS.ProcessEnv;
} = {}): Run {
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

/** Waits until the run has printed the text. Throws if the run ends before. */
export async function printed({ output, ended }: Run, text: string): Promise<void> {
  let over = false;
  void ended.then(() => (over = true));
  while (!output().includes(text)) {
    if (over) throw new Error(`It ended without "${text}":\n${output()}`);
    await setTimeout(20);
  }
}

/** Command lines that name the run's folders: Redis, the cloud, the AWS CLI. */
export const processesOf = ({ disk, memory }: Run): { pid: number; line: string }[] =>
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
  new Promise((response) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => response(true)).once('error', () => response(false));
    socket.once('connect', () => socket.destroy());
  });

export async function expectNothingLeft(run: Run): Promise<void> {
  expect(readdirSync(run.disk)).toEqual([]);
  expect(readdirSync(run.memory)).toEqual([]);
  expect(processesOf(run)).toEqual([]);
  const [, port] = /on port (\d+)/.exec(run.output()) ?? [];
  if (port) expect([await isOpen(Number(port)), await isOpen(Number(port) + 1)]).toEqual([false, false]);
}
