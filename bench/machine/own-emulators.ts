/** Starts the process of the emulators that are measured alone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export async function startEmulators(dir: string): Promise<{ url: string; close(): Promise<void> }> {
  mkdirSync(dir, { recursive: true });
  const program = join(import.meta.dirname, 'emulators-process.ts');
  const child = spawn(process.execPath, ['--no-warnings', program, dir], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const early = gone.then(([code]) => Promise.reject(new Error(`The stand-ins ended with ${code}.`)));
  early.catch(() => undefined);
  const [url] = await Promise.race([once(createInterface(child.stdout), 'line'), early]);
  return {
    url: String(url),
    close: async () => {
      child.stdin.end();
      await gone;
    },
  };
}
