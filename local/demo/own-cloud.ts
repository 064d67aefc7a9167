/** Starts the demo's cloud process and ends it, whatever has become of it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { defaultMemoryDir } from 'process-fleet/memory-folder';
import type { CloudFacts, CloudMessage } from './cloud-messages.ts';
import { DemoFailure } from './failure.ts';
import { endProcessesWith } from './leftovers.ts';

export interface OwnCloud {
  readonly facts: Promise<CloudFacts>;
  /** How it ended, if it has ended by itself; null while it runs. */
  ended(): Promise<string | null>;
  /** What went wrong in it lately, for the report of a failure. */
  troubles(): string[];
  /** Saves, stops and removes everything; returns what did not stop cleanly. */
  close(): Promise<string[]>;
}

/** Databases are given this long to save and seal. */
const closingLimitMs = 90_000;
/** The exit of a process is reported so long after its connections are closed, at most. */
const exitLimitMs = 500;
/** In characters. */
const longestTrouble = 300;

/** The process gets a group of its own: Ctrl-C reaches the demo alone, which then ends both in order. */
export function startOwnCloud(): OwnCloud {
  const dir = mkdtempSync(join(tmpdir(), 'latchkey-demo-'));
  const memoryDir = join(process.env.FLEET_MEMORY_DIR ?? dirname(defaultMemoryDir(dir)), basename(dir));
  const output = openSync(join(dir, 'output'), 'w', 0o600);
  const child = fork(fileURLToPath(import.meta.resolve('./cloud-process.ts')), [dir, memoryDir], {
    detached: true,
    execArgv: ['--no-warnings'],
    stdio: ['ignore', output, output, 'ipc'],
  });
  closeSync(output);
  const exited = once(child, 'exit').then(([code, signal]) => `The local cloud ended (${signal ?? code}).`);
  const facts = factsFrom(child, dir);
  facts.catch(() => {});
  return {
    facts,
    troubles: () => troublesIn(join(dir, 'log', 'latchkey.log')),
    ended: () => Promise.race([exited, setTimeout(exitLimitMs, null, { ref: false })]),
    close: async () => {
      const { faults, isClosed } = await end(child, exited);
      if (!isClosed) endProcessesWith(basename(dir));
      for (const folder of [dir, memoryDir]) rmSync(folder, { recursive: true, force: true });
      return faults;
    },
  };
}

const factsFrom = (child: ChildProcess, dir: string) =>
  new Promise<CloudFacts>((resolve, reject) => {
    child.on('message', (message: CloudMessage) => {
      if (message.state === 'up') resolve(message.facts);
      if (message.state === 'failed') reject(new DemoFailure(message.why));
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new DemoFailure(`The local cloud ended (${code}). ${complaintIn(join(dir, 'output'))}`)),
    );
  });

interface End {
  readonly faults: string[];
  /** Whether the process stopped and removed all that it had started. */
  readonly isClosed: boolean;
}

async function end(child: ChildProcess, exited: Promise<unknown>): Promise<End> {
  let closed: readonly string[] | null = null;
  child.on('message', (message: CloudMessage) => {
    if (message.state === 'closed') closed = message.faults;
  });
  if (child.connected) child.send('close', () => {});
  const patience = new AbortController();
  const late = setTimeout(closingLimitMs, 'late' as const, { signal: patience.signal }).catch(() => undefined);
  const outcome = await Promise.race([exited, late]);
  patience.abort();
  if (outcome !== 'late') return { faults: [...(closed ?? [])], isClosed: closed !== null };
  child.kill('SIGKILL');
  return { faults: [`it did not stop within ${closingLimitMs / 1000} s, and was killed`], isClosed: false };
}

/** Node's own last words begin with the error, and end with its version. */
const complaintIn = (file: string): string =>
  contentOf(file)
    .split('\n')
    .find((line) => /^\w*Error\b/.test(line)) ?? '';

/** The last few warnings and errors of the log, each with the messages of its causes. */
function troublesIn(logFile: string): string[] {
  const entries = contentOf(logFile)
    .split('\n')
    .filter((line) => /"level":"(WARN|ERROR)"|"failure":/.test(line));
  const messagesOf = entries.map((entry) =>
    [...entry.matchAll(/"message":("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']) => String(JSON.parse(text))),
  );
  const lines = messagesOf.map((messages) =>
    [...new Set(messages)].join(': ').replaceAll(/\s+/g, ' ').slice(0, longestTrouble),
  );
  return [...new Set(lines)].slice(-3);
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
