/**
 * The customer's shell: bash in a separate folder, with the settings of the local cloud and no earlier AWS settings.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Shell {
  /** Any exit code is accepted; the time limit is a minute. */
  run(script: string, variables?: Readonly<Record<string, string>>): Promise<Outcome>;
  /** Returns a script's output; throws if it fails. */
  text(script: string, variables?: Readonly<Record<string, string>>): Promise<string>;
  json<T>(script: string, variables?: Readonly<Record<string, string>>): Promise<T>;
  /** Writes a file into the folder. */
  file(name: string, content: string | Uint8Array): void;
  end(): void;
}

/** `homeDir` is the folder of the local cloud's state. */
export function aShell(homeDir: string): Shell {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-shell-'));
  const nobodys = {
    HOME: folder,
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
  };
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  const run: Shell['run'] = (script, variables = {}) =>
    new Promise((resolve) => {
      const env = { ...inherited, ...nobodys, ...variables };
      const words = ['-euo', 'pipefail', '-c', `source "$0/env"\n${script}`, homeDir];
      execFile('bash', words, { cwd: folder, env, timeout: 60_000 }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
      );
    });
  const text: Shell['text'] = async (script, variables) => {
    const { code, stdout, stderr } = await run(script, variables);
    if (code !== 0) throw new Error(`${script}\nended with ${code}: ${stderr}`);
    return stdout.trim();
  };
  return {
    run,
    text,
    json: async (script, variables) => JSON.parse(await text(script, variables)),
    file: (name, content) => writeFileSync(join(folder, name), content),
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}
