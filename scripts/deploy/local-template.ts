/**
 * The CloudFormation template that the local cloud runs: packaged by osls as for a deployment, for the stage `local`,
 * without the functions' code. It is cached by the content of its sources, so that it is packaged once after a change.
 * Processes that package it at the same time do so in folders of their own, and the last one to finish wins.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '..', '..');
const cache = join(root, 'node_modules', '.cache', 'latchkey', 'templates');

/** What osls and its plugin read for a template. */
const sources = [
  ...['serverless.yml', 'resources/*.yml', 'statemachines/*.yml', 'scripts/deploy/*.ts'],
  // The contracts say which routes need a token, and the delivery proof which rules include reads.
  ...['lib/contracts/**/*.ts', 'lib/edge/routes.ts', 'lib/model/delivery-proof.ts'],
  'node_modules/serverless/package.json',
];
/** What osls finds in its folder, beside `serverless.yml`, which may not be a link. */
const linked = ['resources', 'statemachines', 'scripts', 'lib', 'package.json', 'node_modules'];
/** Number of templates to keep, for switching between branches. */
const kept = 10;

/** The template's JSON. Throws osls's errors. */
export async function localTemplate(): Promise<string> {
  const file = join(cache, `${await digestOf(globSync(sources, { cwd: root }).sort())}.json`);
  if (!existsSync(file)) {
    process.stderr.write('Packaging the template, once after each change …\n');
    await mkdir(cache, { recursive: true });
    await writeWhole(file, await packaged('local'));
    await removeOld();
  }
  return readFile(file, 'utf8');
}

async function digestOf(paths: readonly string[]): Promise<string> {
  const texts = await Promise.all(paths.map((path) => readFile(join(root, path))));
  const hash = createHash('sha256');
  for (const [index, text] of texts.entries()) hash.update(`${paths[index]} ${text.length}\n`).update(text);
  return hash.digest('hex').slice(0, 32);
}

/**
 * The template of a stage, in a folder of its own: osls keeps its files beside `serverless.yml`, so that two runs in
 * one folder would disturb each other. `change` gets the text of `serverless.yml`, and returns the text to package.
 */
export async function packaged(stage: string, change = (text: string) => text): Promise<string> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'packaging-'));
  try {
    await Promise.all(linked.map((name) => symlink(join(root, name), join(folder, name))));
    await writeFile(join(folder, 'serverless.yml'), change(await readFile(join(root, 'serverless.yml'), 'utf8')));
    const osls = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');
    const args = ['package', '--stage', stage, '--package', 'out', '--param', 'deploymentBucket=latchkey-local'];
    await promisify(execFile)(process.execPath, ['--no-warnings', osls, ...args], { cwd: folder, env: environment });
    const text = await readFile(join(folder, 'out', 'cloudformation-template-update-stack.json'), 'utf8');
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`The template could not be packaged:\n${stdout}${stderr}`.trim(), { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Without credentials: packaging asks AWS for nothing. */
const environment = {
  PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
  HOME: process.env.HOME ?? '/',
  AWS_EC2_METADATA_DISABLED: 'true',
  LATCHKEY_PACKAGE: 'template',
};

/** A reader finds the whole file or none. */
async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.${process.pid}`, text);
  await rename(`${file}.${process.pid}`, file);
}

async function removeOld(): Promise<void> {
  const files = (await readdir(cache)).filter((name) => name.endsWith('.json')).map((name) => join(cache, name));
  const byAge = files.sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  await Promise.all(byAge.slice(kept).map((file) => rm(file, { force: true })));
}
