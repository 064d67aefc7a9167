/**
 * One app's program as a child of this process: started with its config vars, started again when it ends by itself,
 * ended on request.
 * Does not: use a shell, give the child anything of this process's environment but PATH, or limit what it may do on
 * this machine.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Runnable } from '#lib/model/app.ts';

export interface AppChild {
  /** Ends it; resolves when it's gone. */
  end(): Promise<void>;
}

/** From SIGTERM to SIGKILL. Heroku waits 30 seconds, which is too long for a local restart. */
const patienceMs = 5000;
const longestPauseMs = 30_000;
/** A program that ran this long is taken as healthy again. */
const steadyMs = 10_000;

export interface Hooks {
  readonly logFile: string;
  /** Called for each child, so that a child that outlives this process is found. */
  started(pid: number): void;
}

export function startApp({ process: { command, cwd }, environment }: Runnable, { logFile, started }: Hooks): AppChild {
  const ending = new AbortController();
  let child: ChildProcess | null = null;

  const runOnce = async () => {
    const log = openSync(logFile, 'a', 0o600);
    try {
      const [program = '', ...words] = command;
      child = spawn(program, words, {
        cwd,
        env: { PATH: process.env.PATH ?? '', ...environment },
        detached: true,
        stdio: ['ignore', log, log],
      });
      const ended = once(child, 'exit');
      if (child.pid) started(child.pid);
      await ended;
    } finally {
      child = null;
      closeSync(log);
    }
  };
  const run = async () => {
    for (let pauseMs = 500; !ending.signal.aborted; ) {
      const begun = performance.now();
      await runOnce().catch(() => {});
      pauseMs = performance.now() - begun > steadyMs ? 500 : Math.min(pauseMs * 2, longestPauseMs);
      await sleep(pauseMs, undefined, { signal: ending.signal }).catch(() => {});
    }
  };
  const running = run();

  return {
    async end() {
      ending.abort();
      signal(child, 'SIGTERM');
      const killer = setTimeout(() => signal(child, 'SIGKILL'), patienceMs);
      await running;
      clearTimeout(killer);
    },
  };
}

/** The program and what it started. */
function signal(child: ChildProcess | null, name: NodeJS.Signals): void {
  if (!child?.pid) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // It has ended.
  }
}
