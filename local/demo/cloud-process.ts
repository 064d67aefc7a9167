/**
 * The demo's local cloud, in a process of its own and on free ports, so that the demo uses it as a customer would:
 * over HTTP. It ends, and removes its folders, on a message of the demo or when the demo has ended in any way.
 * Does not: keep anything.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Cloud, startCloud } from '#local/cloud.ts';
import { quietConsole } from '#local/console.ts';
import { seed } from '#local/seed.ts';
import { writeShell } from '#local/shell.ts';
import type { CloudFacts, CloudMessage } from './cloud-messages.ts';
import { speed } from './speed.ts';

const [, , dir = '', memoryDir = ''] = process.argv;

/** Two demos at once look for their ports in different places. */
const firstDatabasePort = 21_000 + (process.pid % 500) * 8;

async function main(): Promise<void> {
  const stop = Promise.withResolvers<void>();
  process.once('message', () => stop.resolve());
  process.once('disconnect', () => stop.resolve());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.resolve());
  const { logFile } = quietConsole(dir);
  process.env.FLEET_MEMORY_DIR = memoryDir;
  const cloud = await startCloud({
    dir,
    ports: { api: 0, aws: 0, inbox: 0, databases: firstDatabasePort },
    speed,
    // The dates of mails and commands are those of AWS.
    keySpeed: 1,
    runsApps: true,
  });
  try {
    await send({ state: 'up', facts: await factsOf(cloud, logFile) });
    await stop.promise;
  } finally {
    const faults = await cloud.close();
    removeFolders();
    await send({ state: 'closed', faults });
  }
}

async function factsOf(cloud: Cloud, logFile: string): Promise<CloudFacts> {
  const tokens = await seed(cloud);
  writeShell(cloud, tokens);
  return {
    apiUrl: cloud.urls.api,
    inboxUrl: cloud.urls.inbox,
    awsUrl: cloud.urls.aws,
    ...tokens,
    serversDir: cloud.environment.FLEET_DIR ?? '',
    memoryDir,
    shellFile: join(dir, 'env'),
    logFile,
  };
}

function removeFolders(): void {
  for (const folder of [dir, memoryDir]) rmSync(folder, { recursive: true, force: true });
}

/** Resolves also if the demo has ended. */
const send = (message: CloudMessage): Promise<void> =>
  new Promise((resolve) => {
    if (!process.connected || !process.send) return resolve();
    process.send(message, () => resolve());
  });

main().then(
  () => process.exit(0),
  async (error: unknown) => {
    await send({ state: 'failed', why: error instanceof Error ? error.message : String(error) });
    removeFolders();
    process.exit(1);
  },
);
