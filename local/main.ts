/** `make start`: the embedded cloud at its fixed addresses, until Ctrl-C. */
import { resolve } from 'node:path';
import { type Cloud, startCloud } from './cloud.ts';
import { quietConsole, type Terminal } from './console.ts';
import { help, type Options, readOptions } from './options.ts';
import { seed } from './seed.ts';
import { writeShell } from './shell.ts';
import { resumedLine, summary } from './summary.ts';

const usualDir = resolve(import.meta.dirname, '..', '.latchkey');
const usualPorts = { api: 4000, aws: 4566, inbox: 4580, databases: 16_379 };

async function start({ dir = usualDir, ports = usualPorts, speed }: Options): Promise<void> {
  const terminal = quietConsole(dir);
  const stop = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.resolve());
  const cloud = await startCloud({ dir, ports, speed });
  try {
    writeShell(cloud, await seed(cloud));
    terminal.say(summary(cloud, { speed, logFile: terminal.logFile }));
    void cloud.resumed.then(resumedLine, String).then((line) => line && terminal.say(`\n${line}`));
    await stop.promise;
  } finally {
    await finish(cloud, terminal);
  }
}

async function finish(cloud: Cloud, terminal: Terminal): Promise<void> {
  terminal.say('\nStopping: saving and sealing the databases …');
  const faults = await cloud.close();
  for (const fault of faults) terminal.say(`  ${fault}`);
  terminal.say(faults.length > 0 ? 'Stopped, with the faults above.' : 'Stopped. Everything is saved.');
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(`${help}\n`);
    return 0;
  }
  await start(options);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
