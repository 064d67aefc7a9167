/** `make start`: the embedded cloud at its fixed addresses, until Ctrl-C. What it loads is kept compiled: the next start is quicker and smaller. */
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
enableCompileCache(resolve(root, 'node_modules', '.cache', 'latchkey'));
// What is imported before that would not be kept.
const { help, readOptions } = await import('./options.ts');
const { endWith, runCloud } = await import('./run.ts');

const usualDir = resolve(root, '.latchkey');
const usualPorts = { api: 4000, aws: 4566, inbox: 4580, databases: 16_379 };

async function main(): Promise<void> {
  const { dir = usualDir, ports = usualPorts, speed, ...options } = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(`${help}\n`);
  else await runCloud({ dir, ports, speed });
}

endWith(main());
