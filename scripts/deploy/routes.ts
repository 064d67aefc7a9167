/**
 * The operations of the REST API and the routes of serverless.yml: which route API Gateway selects for an operation,
 * and whether it asks for a token exactly if the operation needs one.
 */

import type { Operation } from '#lib/contracts/operation.ts';
import { patternOf } from '#lib/edge/routes.ts';
import { operations } from '../documents/operations.ts';
import type { Deployed } from './deployed.ts';
import type { Resources } from './template.ts';

type Line = Pick<Operation, 'method' | 'path'>;

/**
 * The route key that API Gateway selects for an operation: its own, else the one with the longest prefix and the same
 * method that ends in `{path+}` (API Gateway developer guide, "Routing API requests"). Null if there is none.
 */
export function selectedRoute(routeKeys: readonly string[], { method, path }: Line): string | null {
  const own = `${method} ${path}`;
  if (routeKeys.includes(own)) return own;
  const greedy = routeKeys.filter(
    (key) => key.startsWith(`${method} `) && key.endsWith('+}') && patternOf(key).test(own),
  );
  return greedy.sort((one, other) => other.length - one.length)[0] ?? null;
}

/** The keys of a function's routes: `GET /v1/{path+}`, `$default`. */
export const routeKeysOf = ({ events = [] }: Deployed): string[] =>
  events.flatMap(({ httpApi }) => {
    if (httpApi === undefined) return [];
    return httpApi === '*' ? ['$default'] : [`${httpApi.method.toUpperCase()} ${httpApi.path}`];
  });

/** The route keys of the operations that API Gateway sends to each function, by the function's key. */
export function operationsByFunction(
  functions: Readonly<Record<string, Deployed>>,
): ReadonlyMap<string, readonly string[]> {
  const owners = new Map(
    Object.entries(functions).flatMap(([key, settings]) =>
      routeKeysOf(settings).map((routeKey) => [routeKey, key] as const),
    ),
  );
  const routed = operations.map((operation) => ({
    line: operation.route,
    owner: owners.get(selectedRoute([...owners.keys()], operation) ?? '') ?? '',
  }));
  return new Map(
    [...Map.groupBy(routed, ({ owner }) => owner)].map(([owner, each]) => [owner, each.map(({ line }) => line)]),
  );
}

/** Throws an error that names each operation without a route, or whose route differs from it about the token. */
export function assertRouted(resources: Resources): void {
  const guarded = new Map(
    Object.values(resources)
      .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
      .map(({ Properties }) => [String(Properties?.RouteKey), Properties?.AuthorizationType === 'CUSTOM']),
  );
  const faults = operations.flatMap((operation) => {
    const { id, method, path, scope } = operation;
    const selected = selectedRoute([...guarded.keys()], operation);
    if (selected === null) return [`${id} has no route: add ${method} ${path} to a function in serverless.yml.`];
    if (guarded.get(selected) === (scope !== 'public')) return [];
    return [
      scope === 'public'
        ? `${id} needs no token, but its route ${selected} asks for it: add ${method} ${path} to serverless.yml.`
        : `${id} needs a token, but its route ${selected} does not ask for it.`,
    ];
  });
  if (faults.length > 0) throw new Error(faults.join('\n'));
}
