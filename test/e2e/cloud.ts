/**
 * The local cloud as `make start` runs it: a process, here on a separate folder and on free ports. It can be killed and
 * restarted on the same folder. Every test file has separate database ports.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import { defaultMemoryDir } from 'process-fleet/memory-folder';
import { trustAuthority } from '#local/authority.ts';
import { until } from '#local/test-support/until.ts';

const usualProgram = fileURLToPath(new URL('../../local/main.ts', import.meta.url));

/** Waits are bounded by `until`, since a loaded machine is not a failure. */
jest.setTimeout(180_000);

/** Above the ports of other tests, except the fault tests; two test processes search different ranges. */
const usualPort = 24_000 + 40 * (process.pid % 50);

export interface Home {
  readonly dir: string;
  /** The folder of the running servers' plaintext. */
  readonly memoryDir: string;
  /** Starts the cloud and waits until it reports that it is ready. */
  start(): Promise<Running>;
  /** A start that is expected to fail; further words for its command line. */
  attempt(...words: string[]): Promise<Ended>;
  /** Kills the processes of a test; for `afterEach`. Databases continue to run. */
  halt(): Promise<void>;
  /** Redis processes of this home's databases, by their ids. */
  services(): number[];
  /** Kills all remaining processes and removes everything; for `afterAll`, whatever the test's result. */
  end(): Promise<void>;
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export interface Running {
  readonly pid: number;
  /** The program's response to its parent process, if any; null after its end. */
  tell(message: object): Promise<unknown>;
  /** The variables that `source` would set in a shell. */
  readonly env: Readonly<Record<string, string>>;
  readonly inboxUrl: string;
  /** From the process's start until it reports that it is ready, in milliseconds. */
  readonly readyMs: number;
  output(): string;
  isAlive(): boolean;
  /** Resolves after its end, for whatever reason. */
  readonly ended: Promise<Ended>;
  kill(): Promise<void>;
  /** Closes its output, as when its window is closed or `| tee` has ended. */
  loseTerminal(): void;
  /** Ctrl-C: the signal reaches the whole process group, as in a terminal. */
  interrupt(): Promise<Ended>;
}

export interface HomeOptions {
  readonly speed?: number;
  /** The program to start instead of `make start`'s, with the same command line. */
  readonly program?: string;
  readonly firstPort?: number;
  /** A command that runs the program given as its last words: `setpriv --bounding-set -dac_override`. */
  readonly wrapper?: readonly string[];
}

export function aHome({
  speed = 300,
  program = usualProgram,
  firstPort = usualPort,
  wrapper = [],
}: HomeOptions = {}): Home {
  const dir = mkdtempSync(join(tmpdir(), 'latchkey-e2e-'));
  const memoryDir = defaultMemoryDir(join(dir, 'fleet', 'servers'));
  const children: ChildProcess[] = [];
  const launch = (...words: string[]) => {
    const usual = ['--dir', dir, '--speed', String(speed), '--ports', `0,0,0,${firstPort}`];
    const [command = '', ...rest] = [...wrapper, process.execPath, '--no-warnings', program, ...usual, ...words];
    const child = spawn(command, rest, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    children.push(child);
    return watched(child);
  };
  return {
    dir,
    memoryDir,
    start: () => ready(dir, launch()),
    attempt: async (...words) => launch(...words).ended,
    halt: async () => {
      for (const child of children) await killed(child);
    },
    services: () => processesOf(memoryDir),
    end: async () => {
      for (const child of children) await killed(child);
      for (const pid of processesOf(memoryDir)) process.kill(pid, 'SIGKILL');
      await until('no service left', async () => processesOf(memoryDir).length === 0);
      for (const folder of [dir, memoryDir]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Watched {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  output(): string;
}

function watched(child: ChildProcess): Watched {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
  return { child, ended, output: () => output };
}

async function ready(dir: string, { child, ended, output }: Watched): Promise<Running> {
  const begun = performance.now();
  const says = () => output().includes('Ctrl-C saves');
  await until('the cloud ready', async () => says() || hasEnded(child), { pauseMs: 10, seen: output });
  if (!says()) throw new Error(`The cloud ended with ${(await ended).code}: ${output()}`);
  trustAuthority(dir);
  return {
    pid: child.pid ?? 0,
    env: variablesIn(join(dir, 'env')),
    inboxUrl: /Inbox\s+(\S+)/.exec(output())?.[1] ?? '',
    readyMs: performance.now() - begun,
    output,
    isAlive: () => !hasEnded(child),
    ended,
    tell: (message) => answerTo(child, message),
    kill: () => killed(child),
    loseTerminal: () => {
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    },
    interrupt: () => {
      process.kill(-(child.pid ?? 0), 'SIGINT');
      return ended;
    },
  };
}

async function answerTo(child: ChildProcess, message: object): Promise<unknown> {
  const response = once(child, 'message').then(([said]): unknown => said);
  const gone = once(child, 'exit').then(() => null);
  child.send(message, () => undefined);
  return hasEnded(child) ? null : Promise.race([response, gone]);
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

async function killed(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const variablesIn = (file: string): Record<string, string> =>
  Object.fromEntries(
    [...readFileSync(file, 'utf8').matchAll(/^export (\w+)='(.*)'$/gm)].map(
      ([, name = '', value = '']) => [name, value] as const,
    ),
  );

/** By their command line, which names the folder of their data. */
function processesOf(memoryDir: string): number[] {
  const commandOf = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && commandOf(name).includes(`${memoryDir}/`))
    .map(Number);
}
