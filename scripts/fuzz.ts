/**
 * `npm run fuzz`: sends random requests to the API with Schemathesis and all its checks, from the OpenAPI document, and
 * follows responses from operation to operation. It starts a local cloud with test data and removes it afterwards.
 * Exits with 69 without Python.
 */
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCloud } from '#local/cloud.ts';
import { quietConsole } from '#local/console.ts';
import { areStillKnown, prepare } from './fuzz/prepare.ts';
import { lookedThrough, MissingTool, schemathesis, schemathesisFolder } from './fuzz/schemathesis.ts';

const help = `Asks the API at random, with Schemathesis. Needs Python 3.10 or later.

  npm run fuzz                               new requests each time; the seed is printed
  npm run fuzz -- --seed 7                   the same requests again, as far as ids and times are the same
  npm run fuzz -- --examples 100             more of them for each operation (default 15)
  npm run fuzz -- --databases 24000          the first port of its databases`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    examples: { type: 'string', default: '15' },
    databases: { type: 'string', default: '24000' },
  },
});

async function fuzz(): Promise<number> {
  const folder = await schemathesisFolder();
  const dir = mkdtempSync(join(tmpdir(), 'latchkey-fuzz-'));
  const { say, logFile } = quietConsole(dir);
  const cloud = await startCloud({
    dir,
    ports: { api: 0, aws: 0, inbox: 0, databases: Number(values.databases) },
    speed: 600,
  });
  const memoryDir = cloud.environment.FLEET_MEMORY_DIR ?? dir;
  try {
    const world = await prepare(cloud);
    const code = await schemathesis(world, { folder, dir, seed: values.seed, examples: values.examples });
    if (code !== 0) say(failures(logFile));
    const { answers, things } = lookedThrough(dir);
    say(`Searched ${answers} responses to another team for ${things} values of the first team.`);
    if (answers > 0 && things > 0 && (await areStillKnown(world))) return code;
    say('A token of the run was revoked during it, so the last requests tested nothing.');
    return 1;
  } finally {
    for (const fault of await cloud.close()) say(fault);
    for (const each of [dir, memoryDir]) rmSync(each, { recursive: true, force: true });
  }
}

/** The log has the causes of internal errors, which responses omit. */
const failures = (logFile: string): string =>
  readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes('A request failed'))
    .slice(0, 10)
    .join('\n');

async function main(): Promise<number> {
  if (!values.help) return fuzz();
  process.stdout.write(`${help}\n`);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(error instanceof MissingTool ? error.exitCode : 1);
  },
);
