/** Links, commands, files and settings in the documents exist. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parametersIn } from '../../../scripts/deploy/settings.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const documents = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md'], { cwd: root });
type Manifest = Readonly<Record<string, Record<string, string>>>;
const manifest: Manifest = JSON.parse(read('package.json'));
const workspaces: Manifest[] = globSync('packages/*/package.json', { cwd: root }).map((path) => JSON.parse(read(path)));
const makeTargets = new Set([...read('Makefile').matchAll(/^([a-z-]+):/gm)].map(([, target]) => target));

const linksIn = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .flatMap(([, link]) => link ?? [])
    .filter((link) => !link.includes('://'));

describe('the documents', () => {
  it.each(documents)('%s links to what is there', (path) => {
    for (const link of linksIn(read(path)))
      expect([path, link, existsSync(join(root, dirname(path), link))]).toEqual([path, link, true]);
  });

  it.each(['README.md', 'CONTRIBUTING.md'])('%s names commands that exist', (path) => {
    const text = read(path);

    for (const [, target] of text.matchAll(/\bmake ([a-z-]+)(?=\s*[`#]|\s+SPEED|\s{2,})/g))
      expect(makeTargets).toContain(target);
    for (const [, script] of text.matchAll(/\bnpm run ([a-z:-]+)/g))
      expect(Object.keys(manifest.scripts ?? {})).toContain(script);
  });

  it.each(['README.md', 'CONTRIBUTING.md', ...globSync('docs/design/*.md', { cwd: root })])(
    '%s names files of the code that exist',
    (path) => {
      for (const [, file] of read(path).matchAll(
        /`((?:lib|functions|local|packages|statemachines|scripts|test|docs)\/[\w./-]+)`/g,
      ))
        expect([file, existsSync(join(root, file ?? ''))]).toEqual([file, true]);
    },
  );
});

describe('docs/deploy.md', () => {
  const guide = read('docs/deploy.md');

  it('has a runbook for each alarm', () => {
    const runbooks = [...guide.matchAll(/^### (.+)$/gm)].flatMap(([, names = '']) => names.split(', '));
    const alarms = [...read('resources/watch.yml').matchAll(/AlarmName: latchkey-\$\{sls:stage\}-(\S+)/g)].map(
      ([, name]) => name,
    );

    expect(alarms.length).toBeGreaterThan(0);
    expect(alarms.filter((name) => !runbooks.includes(name ?? ''))).toEqual([]);
  });

  it('names each setting of a stage', () => {
    const files = ['serverless.yml', ...globSync('resources/*.yml', { cwd: root })];
    const settings = parametersIn(files.map(read).join('\n'));
    expect(settings.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('docs/dependencies.md', () => {
  const named = new Set([...read('docs/dependencies.md').matchAll(/`([^`]+)`/g)].map(([, name]) => name));

  it.each(['dependencies', 'devDependencies', 'optionalDependencies'])('says why each of the %s is there', (part) => {
    const names = [manifest, ...workspaces].flatMap((each) => Object.keys(each[part] ?? {}));
    expect(names.filter((name) => !named.has(name))).toEqual([]);
  });

  it('names no package that no longer exists', () => {
    const parts = ['dependencies', 'devDependencies', 'optionalDependencies'];
    const pinned = [manifest, ...workspaces].flatMap((each) => parts.flatMap((part) => Object.keys(each[part] ?? {})));
    const rows = [...read('docs/dependencies.md').matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell]) =>
      [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );

    expect(rows.filter((name) => name !== 'osls' && !pinned.includes(name ?? ''))).toEqual([]);
  });
});
