/**
 * Runs the local cloud as a program: seeded, its addresses in the terminal and in `env`, until a signal asks it to
 * stop.
 */
import { type Cloud, type CloudOptions, startCloud } from './cloud.ts';
import { quietConsole, type Terminal } from './console.ts';
import { seed } from './seed.ts';
import { writeShell } from './shell.ts';
import { signInLink } from './sign-in-link.ts';
import { resumedLine, summary } from './summary.ts';

/** Resolves when it has stopped and everything is saved. */
export async function runCloud(options: CloudOptions): Promise<void> {
  const { dir, speed } = options;
  const terminal = quietConsole(dir);
  const stop = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.resolve());
  const cloud = await startCloud({ ...options, runsApps: true });
  try {
    const tokens = await seed(cloud);
    writeShell(cloud, tokens);
    const consoleLink = await signInLink({ apiUrl: cloud.urls.api, token: tokens.adminToken });
    terminal.say(summary(cloud, { speed, logFile: terminal.logFile, consoleLink }));
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

/** Ends this process with what became of the program: 1 and a line on stderr, where it failed. */
export function endWith(program: Promise<void>): void {
  program.then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  );
}
