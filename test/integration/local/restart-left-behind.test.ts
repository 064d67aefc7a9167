/** Programs of apps after a killed platform, and their restarts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp } from '#local/apps/app-process.ts';
import { endLeftBehind, mark } from '#local/apps/left-behind.ts';
import { until } from '#test/support/when.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-apps-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const aProgram = async (env: NodeJS.ProcessEnv): Promise<ChildProcess> => {
  const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], {
    detached: true,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
};

describe('programs of apps that a killed platform left behind', () => {
  it('are ended by the next start on the same folder, and no other programs are', async () => {
    const own = await aProgram({ [mark]: folder });
    const others = [await aProgram({ [mark]: `${folder}-other` }), await aProgram({})];
    const gone = once(own, 'exit');
    for (const { pid } of [own, ...others]) endLeftBehind(pid ?? 0, folder);

    await gone;

    expect(others.map(({ exitCode, signalCode }) => exitCode ?? signalCode)).toEqual([null, null]);

    endLeftBehind(own.pid ?? 0, folder);
  });
});

describe('a program of an app', () => {
  const app = (script: string, environment = {}) => ({
    ...{ teamId: 'team_1', appId: 'app_1', name: 'an-app', environment },
    process: { command: [process.execPath, '-e', script], cwd: folder },
  });
  const hooks = (pids: number[]) => ({ logFile: join(folder, 'log'), started: (pid: number) => void pids.push(pid) });

  it('is started again when it ends by itself, and its program’s absence is no failure', async () => {
    const pids: number[] = [];
    const child = startApp(app('process.exit(1)'), hooks(pids));
    await until('a second start', () => pids.length > 1);
    await child.end();
    const absent = startApp({ ...app(''), process: { command: ['no-such-program'], cwd: folder } }, hooks(pids));
    await absent.end();
  });

  it('gets PATH and its config vars as environment, and is killed when it does not end in time', async () => {
    const pids: number[] = [];
    const script =
      'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); ' +
      'require("fs").writeFileSync("env", JSON.stringify(process.env))';
    const child = startApp(app(script, { GREETING: 'hello' }), hooks(pids));
    await until('it runs', () => readdirSync(folder).includes('env'));
    const environment = () => JSON.parse(readFileSync(join(folder, 'env'), 'utf8')) as Record<string, string>;

    await until('it has written', () => readFileSync(join(folder, 'env'), 'utf8').endsWith('}'));

    expect(environment()).toMatchObject({ GREETING: 'hello', PATH: process.env.PATH });
    expect(Object.keys(environment()).filter((name) => !['GREETING', 'PATH'].includes(name))).toEqual([]);

    await child.end();
    expect(() => process.kill(pids[0] ?? 0, 0)).toThrow(/ESRCH/);
  }, 20_000);
});
