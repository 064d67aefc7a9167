/** Operations, routes and functions correspond to each other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { operations } from '#lib/contracts/index.ts';
import { openApiDocument } from '#lib/contracts/openapi.ts';
import { problems } from '#lib/model/problem.ts';

const root = resolve(import.meta.dirname, '../../..');
const filesIn = (folder: string, ending = '.ts') =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

interface Declared {
  readonly handler: string;
  readonly events?: readonly { readonly httpApi?: '*' | { readonly method: string; readonly path: string } }[];
}

/** CloudFormation's short tags (`!Ref`) are ignored here. */
const stack = parse(textOf('serverless.yml'), { logLevel: 'silent' }) as { functions: Record<string, Declared> };
const functions = Object.entries(stack.functions);
const fileOf = ({ handler }: Declared) => handler.replace(/\.handler$/, '.ts');
const routes = functions.flatMap(([name, declared]) =>
  (declared.events ?? []).flatMap(({ httpApi }) =>
    httpApi && httpApi !== '*' ? [{ name, file: fileOf(declared), ...httpApi }] : [],
  ),
);
const restRoutes = routes.filter(({ path }) => path.startsWith('/v1/'));
const routeOf = ({ method, path }: { method: string; path: string }) => `${method.toUpperCase()} ${path}`;

/** The routes of a function's table, each with the contract that it names. */
const declaredIn = (file: string): [string, string][] =>
  [...textOf(file).matchAll(/^ +'([A-Z]+ \/[^']*)': route\(\s*(\w+),/gm)].map(([, route = '', contract = '']) => [
    route,
    contract,
  ]);

describe('an operation, its route and its function', () => {
  it.each(operations.map((operation) => [operation.id, operation] as const))(
    '%s has one route, and its function has work for it',
    (_id, operation) => {
      const own = restRoutes.filter((route) => routeOf(route) === routeOf(operation));
      expect(own).toHaveLength(1);

      const declared = declaredIn(own[0]?.file ?? '').find(([route]) => route === routeOf(operation));
      expect(declared?.[1]?.toLowerCase()).toBe(operation.id.toLowerCase());
    },
  );

  it('has no route without an operation, no work without a route, and no file without either', () => {
    expect(restRoutes.map(routeOf).sort()).toEqual(operations.map(routeOf).sort());

    const files = filesIn('functions/api');
    expect(files.sort()).toEqual([...new Set(restRoutes.map(({ file }) => file))].sort());
    for (const file of files)
      expect(
        declaredIn(file)
          .map(([route]) => route)
          .sort(),
      ).toEqual(
        restRoutes
          .filter((route) => route.file === file)
          .map(routeOf)
          .sort(),
      );
  });

  it('has an id of its own and says what it does', () => {
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
    for (const { summary } of operations) expect(summary.length).toBeGreaterThan(5);
  });

  it('has a path parameter for each place in its path, and no other', () => {
    for (const { path, params } of operations)
      expect(Object.keys(params.shape)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  });
});

describe('functions', () => {
  it('are few enough for a client to meet few cold ones, and say why each is one', () => {
    expect(functions.length).toBeLessThanOrEqual(45);
    for (const file of filesIn('functions/api')) expect(textOf(file)).toMatch(/^\/\*\*[\s\S]*?function[\s\S]*?\*\//);
  });

  it('import what is joined for them: the wiring, the edges and the contracts, and no adapter or operation', () => {
    const allowed = /^#lib\/(wiring|edge|contracts|heroku|model|evidence\/page)\//;

    for (const file of filesIn('functions'))
      for (const [, source = ''] of textOf(file).matchAll(/ from '([^']+)'/g))
        expect([file, source]).toEqual([file, expect.stringMatching(allowed)]);
  });

  it('are all deployed, and all that is deployed is there', () => {
    expect(functions.map(([, declared]) => fileOf(declared)).sort()).toEqual(filesIn('functions').sort());
  });

  it('are declarations: none catches, and none reads the environment', () => {
    for (const file of filesIn('functions')) expect(textOf(file)).not.toMatch(/\bcatch\s*[({]|process\.env/);
  });
});

describe('operations and edges', () => {
  it('know no adapter: only lib/wiring joins them with the store, with AWS and with the fleet', () => {
    const joining = /^lib\/(wiring|store|aws|fleet)\//;
    const others = filesIn('lib').filter((file) => !joining.test(file));
    const found = others.flatMap((file) =>
      [...textOf(file).matchAll(/ from '(#lib\/(?:wiring|store|aws|fleet)\/[^']+|#fleet)'/g)].map(
        ([, source]) => `${file}: ${source}`,
      ),
    );
    expect(others.length).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });
});

describe('problem codes', () => {
  it('exist wherever one is used', () => {
    const used = filesIn('lib').flatMap((file) =>
      [...textOf(file).matchAll(/new Problem\(\s*'(\w+)'/g)].map(([, code]) => code ?? ''),
    );

    expect(used.length).toBeGreaterThan(20);
    for (const code of used) expect(Object.keys(problems)).toContain(code);
  });

  it('each say their status, title, when, and whether to repeat', () => {
    for (const [code, [status, title, when, retry]] of Object.entries(problems)) {
      expect(code).toMatch(/^[a-z_]+$/);
      expect(status).toBeGreaterThanOrEqual(400);
      for (const text of [title, when, retry]) expect(text.length).toBeGreaterThan(1);
    }
  });
});

describe('the OpenAPI document', () => {
  const document = openApiDocument();

  it('describes every operation with its answer and its problems', () => {
    for (const { method, path, status, problems: codes } of operations) {
      const described = (
        document.paths[path] as Record<string, { responses: Record<string, { description: string }> }>
      )[method.toLowerCase()];
      const answers = Object.keys(described?.responses ?? {});
      expect(answers).toEqual(
        expect.arrayContaining([String(status), ...codes.map((code) => String(problems[code][0]))]),
      );
    }
  });

  it('is whole JSON', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});
