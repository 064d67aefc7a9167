/**
 * Deploys to the AWS account of the credentials that are there: `make deploy STAGE=prod`. Settings are in `stages/<stage>.yml`, by the names of
 * `serverless.yml`; what is a list or a map there becomes JSON. Refuses a name that no setting has, and says which there are.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parameterOptions, parametersIn } from './settings.ts';

const root = join(import.meta.dirname, '..', '..');
const [stage, ...more] = process.argv.slice(2);

if (!stage || !/^[a-z][a-z0-9-]{0,20}$/.test(stage)) {
  console.error('Name the stage: make deploy STAGE=prod. A stage has small letters, digits and dashes.');
  process.exit(64);
}
const files = ['serverless.yml', ...readdirSync(join(root, 'resources')).map((name) => join('resources', name))];
const known = parametersIn(files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n'));
const file = join(root, 'stages', `${stage}.yml`);
if (!existsSync(file)) console.error(`There is no stages/${stage}.yml: everything is as serverless.yml has it.`);
const settings: unknown = existsSync(file) ? parse(readFileSync(file, 'utf8')) : {};
const { status } = spawnSync('osls', ['deploy', '--stage', stage, ...parameterOptions(settings, known), ...more], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
