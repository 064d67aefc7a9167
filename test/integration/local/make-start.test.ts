/** The Makefile's part in `make start`: when a bundle is rebuilt. Other tests cover the bundle's content. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '..', '..', '..');
const bundle = 'node_modules/.cache/latchkey/cloud/local/main.js';
const sources = [
  'lib/log.ts',
  'functions/api/health.ts',
  'local/main.ts',
  'console/main.tsx',
  'packages/process-fleet/src/index.ts',
  'resources/watch.yml',
  'statemachines/a.asl.yml',
];
const others = ['scripts/bundle-cloud.ts', 'scripts/deploy/slim-sdk.ts', 'serverless.yml', 'package.json'];

/** A fake Node that prints its arguments, and creates a bundle of one file. */
const node = `#!/bin/sh
echo "$*" >> requested
case "$1" in scripts/bundle-cloud.ts) mkdir -p "$(dirname ${bundle})"; : > ${bundle};; esac
`;

let folder: string;
const file = (path: string, text = ''): string => {
  const at = join(folder, path);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, text);
  return at;
};
const program = (path: string, text: string) => chmodSync(file(path, text), 0o700);

/** Sets the time of all existing files an hour back. */
const anHourAgo = () => {
  const times = new Date(Date.now() - 3_600_000);
  const paths = execFileSync('find', ['.', '-not', '-type', 'l'], { cwd: folder, encoding: 'utf8' }).trim().split('\n');
  for (const path of paths) utimesSync(join(folder, path), times, times);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-make-'));
  copyFileSync(join(root, 'Makefile'), join(folder, 'Makefile'));
  program('scripts/node-path.sh', readFileSync(join(root, 'scripts/node-path.sh'), 'utf8'));
  for (const path of [...sources, ...others, 'package-lock.json', 'node_modules/.installed']) file(path);
  program('scripts/setup.sh', '#!/bin/sh\n');
  program('node_modules/.bin/node', node);
  anHourAgo();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Whether `make start` built a bundle before it started it. */
function bundles(): boolean {
  rmSync(join(folder, 'requested'), { force: true });
  execFileSync('make', ['start'], { cwd: folder, env: { PATH: process.env.PATH }, stdio: 'pipe' });
  const [first = '', ...more] = readFileSync(join(folder, 'requested'), 'utf8').trim().split('\n');
  const started = more.at(-1) ?? first;
  expect(started).toContain(`${bundle} --dir ${folder}/.latchkey`);
  return first === 'scripts/bundle-cloud.ts';
}

describe('make start', () => {
  it('bundles the first time, and not again where nothing changed', () => {
    expect([bundles(), bundles()]).toEqual([true, false]);
  });

  it.each([...sources, ...others])('bundles anew when %s was edited', (path) => {
    bundles();
    anHourAgo();

    file(path, 'edited');

    expect([bundles(), bundles()]).toEqual([true, false]);
  });

  it('bundles anew when a file is gone', () => {
    bundles();
    anHourAgo();

    rmSync(join(folder, 'lib/log.ts'));

    expect([bundles(), bundles()]).toEqual([true, false]);
  });

  it.each(['lib/a copy.ts', 'lib/a:b%.ts', 'lib/#a#', 'lib/$(a)'])('takes a file with any name, as %s', (path) => {
    file(path);
    expect([bundles(), bundles()]).toEqual([true, false]);
  });

  it("takes an editor's lock, a link that leads nowhere", () => {
    symlinkSync('somebody@somewhere.1', join(folder, 'lib', '.#log.ts'));
    expect([bundles(), bundles()]).toEqual([true, false]);
  });
});
