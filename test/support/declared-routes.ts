/** The routes of a function's table in `functions/`, as its source declares them. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

export interface DeclaredRoute {
  /** Relative to the root. */
  readonly file: string;
  /** As `GET /v1/keys/{key}`. */
  readonly route: string;
  /** The name of its contract, or of its operation's schema. */
  readonly contract: string;
}

export const routesIn = (file: string): DeclaredRoute[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^ +'([A-Z]+ \/[^']*)': (?:route|\w+Route)\(\s*(\w+)/gm)].map(
    ([, route = '', contract = '']) => ({ file, route, contract }),
  );

/** Of both APIs. */
export const declaredRoutes = (): DeclaredRoute[] =>
  globSync('functions/{api,heroku}/*.ts', { cwd: root }).flatMap(routesIn);
