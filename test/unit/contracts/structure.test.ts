/** Operations, routes and functions correspond to each other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createRouter, type Route } from 'aws-local/api-gateway';
import { problems } from '#lib/model/problem.ts';
import { declaredRoutes, routesIn } from '#test/support/declared-routes.ts';
import { deployedFunctions } from '../../../scripts/deploy/deployed.ts';
import { routeKeysOf } from '../../../scripts/deploy/routes.ts';
import { openApiDocument } from '../../../scripts/documents/openapi.ts';
import { needsToken, operations } from '../../../scripts/documents/operations.ts';

const root = resolve(import.meta.dirname, '../../..');
const filesIn = (folder: string, ending = '.ts') =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

const functions = Object.entries(deployedFunctions(root));
const fileOf = ({ handler }: { readonly handler: string }) => handler.replace(/\.handler$/, '.ts');
const routes: readonly Route[] = functions.flatMap(([, declared]) =>
  routeKeysOf(declared).map((routeKey) => {
    const [method = '', path = ''] = routeKey === '$default' ? ['ANY', routeKey] : routeKey.split(' ');
    return { method, path, functionArn: fileOf(declared) };
  }),
);
const routeOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

/** The file of the function that API Gateway invokes for an operation. */
const fileFor = (line: string, among = routes) => {
  const [method = '', path = ''] = line.split(' ');
  return createRouter(among)(method, path.replaceAll(/\{\w+\+?\}/g, 'x-1'))?.route.functionArn;
};

describe('an operation, its route and its function', () => {
  it.each(operations.map((operation) => [operation.id, operation] as const))(
    '%s is routed to a function that has work for it',
    (_id, operation) => {
      const file = fileFor(routeOf(operation)) ?? '';

      const declared = routesIn(file).find(({ route }) => route === routeOf(operation));
      expect(declared?.contract.toLowerCase()).toBe(operation.id.toLowerCase());
    },
  );

  it('has no work without an operation, and no file without a route', () => {
    const files = filesIn('functions/api');
    const declared = files.flatMap((file) => routesIn(file).map(({ route }) => route));

    expect(declared.sort()).toEqual(operations.map(routeOf).sort());
    expect(files.filter((file) => !routes.some(({ functionArn }) => functionArn === file))).toEqual([]);
  });

  it('of the Heroku CLI is routed to the function that has work for it', () => {
    for (const { file, route } of declaredRoutes()) expect([route, fileFor(route)]).toEqual([route, file]);
  });

  it('has a route of its own only if a broader route would invoke another function, or ask for a token', () => {
    const isRedundant = (route: Route) =>
      !route.path.endsWith('+}') &&
      needsToken(routeOf(route)) &&
      fileFor(
        routeOf(route),
        routes.filter((other) => other !== route),
      ) === route.functionArn;

    expect(
      routes
        .filter(({ path }) => path !== '$default')
        .filter(isRedundant)
        .map(routeOf),
    ).toEqual([]);
  });

  it('has an id of its own and says what it does', () => {
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
    for (const { summary } of operations) expect(summary.length).toBeGreaterThan(5);
  });

  it('that gives a page takes the size of a page and where it starts', () => {
    // The items of a readiness are a fixed list.
    const lists = operations.filter(
      ({ id, response }) =>
        id !== 'getKeyReadiness' && 'shape' in response.def && 'items' in (response.def.shape as object),
    );

    expect(lists.length).toBeGreaterThan(10);
    for (const { id, query } of lists)
      expect([id, Object.keys(query.shape)]).toEqual([id, expect.arrayContaining(['limit', 'cursor'])]);
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
      [...textOf(file).matchAll(/ from '(#lib\/(?:wiring|store|aws|fleet)\/[^']+|#fleet|#app-runner)'/g)].map(
        ([, source]) => `${file}: ${source}`,
      ),
    );
    expect(others.length).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });
});

describe('imports', () => {
  it('are statements, which `npm run layers` sees: no type and no module is imported within an expression', () => {
    for (const file of [...filesIn('lib'), ...filesIn('functions')])
      expect([file, textOf(file)]).toEqual([file, expect.not.stringMatching(/\bimport\(/)]);
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

  it('describes every operation with its response and its problems', () => {
    for (const { method, path, status, problems: codes } of operations) {
      const described = (
        document.paths[path] as Record<string, { responses: Record<string, { description: string }> }>
      )[method.toLowerCase()];
      const results = Object.keys(described?.responses ?? {});
      expect(results).toEqual(
        expect.arrayContaining([String(status), ...codes.map((code) => String(problems[code][0]))]),
      );
    }
  });

  it('is whole JSON', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});
