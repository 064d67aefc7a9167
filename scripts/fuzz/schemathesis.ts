/** Schemathesis: its installation, its configuration, and one run of it. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { World } from './prepare.ts';

const root = resolve(import.meta.dirname, '..', '..');
const settings = join(root, 'test', 'schemathesis');

/** Python is missing, or the package could not be installed; the message says what to do. */
export class MissingTool extends Error {
  override readonly name = 'MissingTool';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The folder of Schemathesis's program, installed if needed. Throws `MissingTool`. */
export const schemathesisFolder = (): Promise<string> =>
  new Promise((found, failed) => {
    execFile(join(root, 'scripts', 'python-tool.sh'), ['schemathesis'], (error, stdout, stderr) => {
      if (error) failed(new MissingTool(stderr.trim(), Number(error.code ?? 1)));
      else found(stdout.trim());
    });
  });

interface Run {
  readonly folder: string;
  /** For Schemathesis's configuration and its cache. */
  readonly dir: string;
  readonly seed: string;
  readonly examples: string;
}

/** The exit code: 0 when every check of every response passed. */
export async function schemathesis(world: World, { folder, dir, seed, examples }: Run): Promise<number> {
  const config = join(dir, 'schemathesis.toml');
  writeFileSync(config, `${readFileSync(join(settings, 'schemathesis.toml'), 'utf8')}\n${dictionaries(world.known)}`);
  const auth = join(dir, 'auth.json');
  writeFileSync(
    auth,
    JSON.stringify({ auth: [identity('team', world.token), identity('stranger', world.strangersToken)] }),
    {
      mode: 0o600,
    },
  );
  const document = `${world.url}/v1/openapi.json`;
  const child = spawn(
    join(folder, 'schemathesis'),
    ['--config-file', config, 'run', document, '--checks', 'all', '--seed', seed, '--max-examples', examples],
    {
      cwd: dir,
      stdio: 'inherit',
      env: {
        ...{ PATH: process.env.PATH, HOME: dir },
        ...{
          FUZZ_AUTH: auth,
          FUZZ_HOOKS: join(settings, 'hooks.py'),
          FUZZ_TOKEN_ID: world.tokenId,
          FUZZ_DOCUMENT: document,
        },
        ...{
          FUZZ_FACTS: JSON.stringify(world.facts),
          FUZZ_LOOKED: join(dir, lookedFile),
          FUZZ_OPERATOR_ID: world.operatorId,
        },
      },
    },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

const lookedFile = 'looked.json';

/** Prints how many responses to the other team were searched, and for how many values of the first team. */
export function lookedThrough(dir: string): { readonly answers: number; readonly things: number } {
  try {
    return JSON.parse(readFileSync(join(dir, lookedFile), 'utf8')) as { answers: number; things: number };
  } catch {
    return { answers: 0, things: 0 };
  }
}

const identity = (name: string, token: string) => ({
  name,
  fixedHeaders: [{ name: 'Authorization', value: `Bearer ${token}` }],
});

/** TOML with the names and ids of existing resources, so that requests reach them. */
const dictionaries = (known: World['known']): string =>
  Object.entries(known)
    .map(([name, values]) => `[dictionaries.${name}]\nvalues = ${JSON.stringify(values)}\n`)
    .join('\n');
