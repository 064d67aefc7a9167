/** `make start`: the local cloud at its fixed addresses, until Ctrl-C. */
import { resolve } from 'node:path';
import { help, readOptions } from './options.ts';
import { endWith, runCloud } from './run.ts';

const usualDir = resolve(import.meta.dirname, '..', '.latchkey');
const usualPorts = { api: 4000, aws: 4566, inbox: 4580, databases: 16_379 };

async function main(): Promise<void> {
  const { dir = usualDir, ports = usualPorts, speed, ...options } = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(`${help}\n`);
  else await runCloud({ dir, ports, speed });
}

endWith(main());
