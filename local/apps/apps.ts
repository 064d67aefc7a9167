/**
 * The apps that this machine runs, by their commands. Which they are is kept in a folder, so that the next start runs
 * them again, each with its config vars of then.
 * Does not: route requests to them, scale them, or run apps that say no command.
 */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { restartLocally } from '#lib/apps/restart.ts';
import { createKeyedMutex } from '#lib/keyed-mutex.ts';
import type { AppRunner, Runnable } from '#lib/model/app.ts';
import { restartPorts } from '#lib/wiring/apps.ts';
import { authorityFile } from '#local/authority.ts';
import { type AppChild, startApp } from './app-process.ts';
import { endLeftBehind, mark } from './left-behind.ts';
import { setRunner } from './runner.ts';

interface Note {
  readonly teamId: string;
  readonly appId: string;
  readonly pid: number | null;
}

export interface Apps extends AppRunner {
  /** Resolves when every app that ran before runs again, or could not be read. */
  readonly resumed: Promise<void>;
  /** Ends all; the next start brings them back. */
  close(): Promise<void>;
}

/** Needs the functions' environment. */
export function openApps(dir: string): Apps {
  const folder = join(dir, 'apps');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const children = new Map<string, AppChild>();
  const mutex = createKeyedMutex();
  const appIds = new Set<string>();
  let closing = false;

  const serialised = (appId: string, work: () => Promise<void>): Promise<void> => {
    appIds.add(appId);
    return mutex(appId, work);
  };
  const end = async (appId: string) => {
    await children.get(appId)?.end();
    children.delete(appId);
  };
  const runner: AppRunner = {
    restart: (app) =>
      serialised(app.appId, async () => {
        await end(app.appId);
        if (!closing) children.set(app.appId, startApp(marked(app, folder), hooksFor(app, folder)));
      }),
    stop: (appId) =>
      serialised(appId, async () => {
        await end(appId);
        rmSync(noteFile(folder, appId), { force: true });
      }),
  };
  setRunner(runner);
  const resumed = resume(folder, runner);
  return {
    ...runner,
    resumed,
    async close() {
      closing = true;
      setRunner(null);
      await resumed;
      await Promise.all([...appIds].map((appId) => serialised(appId, () => end(appId))));
    },
  };
}

const noteFile = (folder: string, appId: string) => join(folder, `${appId}.json`);

/**
 * A Node app verifies its database without a setting of its own; an app that sets the variable itself keeps its value.
 */
const marked = (app: Runnable, folder: string): Runnable => {
  const trust = { NODE_EXTRA_CA_CERTS: authorityFile(dirname(folder)) };
  return { ...app, environment: { ...trust, ...app.environment, [mark]: folder } };
};

function hooksFor({ teamId, appId, name }: Runnable, folder: string) {
  const write = (pid: number | null) => {
    const note: Note = { teamId, appId, pid };
    writeFileSync(noteFile(folder, appId), JSON.stringify(note), { mode: 0o600 });
  };
  write(null);
  return { logFile: join(folder, `${name}.log`), started: write };
}

async function resume(folder: string, runner: AppRunner): Promise<void> {
  const notes = readdirSync(folder).filter((name) => name.endsWith('.json'));
  for (const name of notes) await resumeOne(folder, name, runner).catch(() => {});
}

/** Forgets an app that was destroyed or has another restart target. */
async function resumeOne(folder: string, name: string, runner: AppRunner): Promise<void> {
  const note = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Note;
  if (note.pid) endLeftBehind(note.pid, folder);
  const deps = restartPorts();
  const app = await deps.findApp(note.teamId, note.appId);
  const runs = app ? await restartLocally({ configVarsOf: deps.configVarsOf, runner: async () => runner }, app) : false;
  if (!runs) rmSync(join(folder, name), { force: true });
}
