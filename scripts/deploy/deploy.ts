/**
 * Deploys to the AWS account of the current credentials: `make deploy STAGE=prod`. Settings are in
 * `stages/<stage>.yml`, by the names of `serverless.yml`; lists and maps become JSON. Refuses an unknown name, with the
 * list of known names, and a stage that does not set whether keys need a proof of ownership.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { assertOwnershipDecided, noTableYet, parameterOptions, parametersIn } from './settings.ts';

const root = join(import.meta.dirname, '..', '..');
const [stage, ...more] = process.argv.slice(2);

if (!stage || !/^[a-z][a-z0-9-]{0,20}$/.test(stage)) {
  console.error('Name the stage: make deploy STAGE=prod. A stage has small letters, digits and dashes.');
  process.exit(64);
}
const files = ['serverless.yml', ...readdirSync(join(root, 'resources')).map((name) => join('resources', name))];
const known = parametersIn(files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n'));
const file = join(root, 'stages', `${stage}.yml`);
const settings: unknown = existsSync(file) ? parse(readFileSync(file, 'utf8')) : {};
try {
  assertOwnershipDecided(settings, stage);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(64);
}
const parameters = parameterOptions(settings, known);

const inRoot = { cwd: root, stdio: 'inherit' } as const;
const place = () =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'place.ts'), '--stage', stage], inRoot).status ?? 1;
const deploy = () => spawnSync('osls', ['deploy', '--stage', stage, ...parameters, ...more], inRoot).status ?? 1;

// Placements come first, so that a new function never misses one. A first deployment creates the table.
const placed = place();
if (placed !== 0 && placed !== noTableYet) process.exit(placed);
const deployed = deploy();
process.exit(deployed !== 0 || placed === 0 ? deployed : place());
