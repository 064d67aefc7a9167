/** The local cloud as `make start` runs it, with its own folder and ports. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { defaultMemoryDir } from 'process-fleet/memory-folder';
import { trustAuthority } from '#local/authority.ts';
import { inFolders } from './folders.ts';

const root = join(import.meta.dirname, '..', '..');
/** Distinct from the ports of tests. */
const firstDatabasePort = 26_000;

export interface LocalCloud {
  readonly pid: number;
  /** From the start of its process until it reports that it is ready. */
  readonly readyMs: number;
  /** The variables that `source` sets in a shell. */
  readonly env: Readonly<Record<string, string>>;
  readonly inboxUrl: string;
  /** Stops it as Ctrl-C does. */
  close(): Promise<void>;
}

/** With a local cloud in a temporary folder, at the speed of AWS. */
export const onLocalCloud = <T>(work: (cloud: LocalCloud) => Promise<T>): Promise<T> =>
  inFolders(async ({ disk }) => {
    const cloud = await startLocalCloud({ dir: join(disk, 'cloud') });
    try {
      return await work(cloud);
    } finally {
      await cloud.close();
    }
  });

export async function startLocalCloud({ dir, speed = 1 }: { dir: string; speed?: number }): Promise<LocalCloud> {
  const { options, program, environment } = makeStart();
  const begun = performance.now();
  const words = ['--dir', dir, '--speed', String(speed), '--ports', `0,0,0,${firstDatabasePort}`];
  const child = spawn(process.execPath, [...options, program, ...words], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = await saidToBeReady(child);
  const readyMs = performance.now() - begun;
  trustAuthority(dir);
  return {
    pid: child.pid ?? 0,
    readyMs,
    env: variablesIn(join(dir, 'env')),
    inboxUrl: /Inbox\s+(\S+)/.exec(output)?.[1] ?? '',
    close: () => stopped(child, dir),
  };
}

let made: MakeStart | undefined;

interface MakeStart {
  readonly options: string[];
  readonly program: string;
  readonly environment: Record<string, string>;
}

/** The command of the Makefile: Node's options, the bundle and the compile cache. The bundle is built once. */
function makeStart(): MakeStart {
  made ??= readMakefile(readFileSync(join(root, 'Makefile'), 'utf8'));
  return made;
}

function readMakefile(text: string): MakeStart {
  const [, folder = ''] = /^CLOUD := (\S+)$/m.exec(text) ?? [];
  const line = /NODE_COMPILE_CACHE="\$\(CURDIR\)\/(\S+)" exec node (.*?)[\s\\]+(\S+\/local\/main\.js)/.exec(
    text.replaceAll('$(CLOUD)', folder),
  );
  if (!folder || !line) throw new Error('The Makefile starts the local cloud in a way that is not known here.');
  const [, compiled = '', options = '', program = ''] = line;
  execFileSync(process.execPath, [join(root, 'scripts', 'bundle-cloud.ts')]);
  return {
    options: options.split(' '),
    program: join(root, program),
    environment: { NODE_COMPILE_CACHE: join(root, compiled) },
  };
}

async function saidToBeReady(child: ChildProcess): Promise<string> {
  let output = '';
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += chunk;
      if (output.includes('Ctrl-C saves')) ready.resolve();
    });
  child.once('exit', (code) => ready.reject(new Error(`The embedded cloud ended with ${code}: ${output}`)));
  await ready.promise;
  return output;
}

const variablesIn = (file: string): Record<string, string> =>
  Object.fromEntries(
    [...readFileSync(file, 'utf8').matchAll(/^export (\w+)='(.*)'$/gm)].map(
      ([, name = '', value = '']) => [name, value] as const,
    ),
  );

/** Saves and seals the databases first, which takes longer for large ones. */
async function stopped(child: ChildProcess, dir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGINT');
    await gone;
  }
  rmSync(defaultMemoryDir(join(dir, 'fleet', 'servers')), { recursive: true, force: true });
}
