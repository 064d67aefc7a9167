/**
 * Selects a request's route as HTTP APIs do: the most specific path, a named method before `ANY`, `$default` last.
 */

export interface Route {
  /** In capitals; `ANY` for all. */
  readonly method: string;
  /** With `{name}` for one segment and a final `{name+}` for all that follow, or `$default`. */
  readonly path: string;
  readonly functionArn: string;
}

export interface Match {
  readonly route: Route;
  readonly routeKey: string;
  readonly pathParameters: Record<string, string>;
}

export type Router = (method: string, path: string) => Match | null;

type Segment = { readonly kind: 'exact' | 'variable' | 'greedy'; readonly name: string };

const rank = { exact: '0', variable: '1', greedy: '2' };

/** Throws for a duplicate route key, which API Gateway refuses too. */
export function createRouter(routes: readonly Route[]): Router {
  const keys = routes.map(routeKeyOf);
  const duplicate = keys.find((key, index) => keys.indexOf(key) !== index);
  if (duplicate) throw new Error(`The route ${duplicate} is declared twice`);
  const candidates = routes
    .map((route) => ({ route, segments: segmentsOf(route.path) }))
    .sort((one, other) => compare(precedence(one), precedence(other)));
  return (method, path) => {
    const parts = path.split('/');
    for (const { route, segments } of candidates) {
      const pathParameters = methodFits(route, method) ? parametersOf(segments, parts) : null;
      if (pathParameters) return { route, routeKey: routeKeyOf(route), pathParameters };
    }
    return null;
  };
}

const routeKeyOf = ({ method, path }: Route) => (path === '$default' ? path : `${method} ${path}`);
const methodFits = (route: Route, method: string) => route.method === 'ANY' || route.method === method;
const compare = (one: string, other: string) => (one < other ? -1 : Number(one > other));

/** Sorts a more specific segment before a less specific one, from the left; then a named method before `ANY`. */
const precedence = ({ route, segments }: { route: Route; segments: readonly Segment[] }) =>
  route.path === '$default'
    ? '3'
    : `${segments.map(({ kind }) => rank[kind]).join('')} ${route.method === 'ANY' ? 1 : 0}`;

function segmentsOf(path: string): Segment[] {
  if (path === '$default') return [{ kind: 'greedy', name: '' }];
  return path.split('/').map((part) => {
    const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(part) ?? [];
    if (name === undefined) return { kind: 'exact', name: part };
    return { kind: plus ? 'greedy' : 'variable', name };
  });
}

function parametersOf(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | null {
  const last = segments.at(-1);
  if (last?.kind !== 'greedy') return parts.length === segments.length ? singleParameters(segments, parts) : null;
  const fixed = segments.slice(0, -1);
  const rest = parts.slice(fixed.length).join('/');
  const before = singleParameters(fixed, parts);
  if (!before || last.name === '') return before;
  return rest === '' ? null : { ...before, [last.name]: rest };
}

function singleParameters(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | null {
  const parameters: Record<string, string> = {};
  for (const [index, { kind, name }] of segments.entries()) {
    const part = parts[index] ?? '';
    if (kind === 'exact' ? part !== name : part === '') return null;
    if (kind === 'variable') parameters[name] = part;
  }
  return parameters;
}
