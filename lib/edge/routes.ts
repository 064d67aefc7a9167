/**
 * Finds a function's route for a request. API Gateway names it if the route is in serverless.yml; for a route that ends
 * in `{path+}`, and for `$default`, the path decides, by API Gateway's own rules.
 */

export interface RoutedEvent {
  readonly routeKey: string;
  readonly rawPath: string;
  readonly pathParameters?: Parameters | undefined;
  readonly requestContext: { readonly http: { readonly method: string } };
}

type Parameters = Readonly<Record<string, string | undefined>>;

export interface Match<R> {
  /** As `GET /v1/keys/{key}`. */
  readonly key: string;
  readonly route: R;
  readonly pathParameters: Parameters;
}

export type Find<R> = (event: RoutedEvent) => Match<R> | null;

/** `routes` are by route key. Of several that match, the most specific wins, segment by segment from the left. */
export function createFind<R>(routes: Readonly<Record<string, R>>): Find<R> {
  const named = new Map(Object.entries(routes));
  let candidates: readonly Candidate<R>[] | undefined;
  return ({ routeKey, rawPath, pathParameters = {}, requestContext: { http } }) => {
    const route = named.get(routeKey);
    if (route) return { key: routeKey, route, pathParameters };
    candidates ??= candidatesIn(named);
    const line = `${http.method} ${rawPath}`;
    const found = candidates.find(({ pattern }) => pattern.test(line));
    return found
      ? { key: found.key, route: found.route, pathParameters: found.pattern.exec(line)?.groups ?? {} }
      : null;
  };
}

interface Candidate<R> {
  readonly key: string;
  readonly route: R;
  readonly pattern: RegExp;
}

/** The most specific first. */
const candidatesIn = <R>(routes: ReadonlyMap<string, R>): readonly Candidate<R>[] =>
  [...routes]
    .map(([key, route]) => ({ key, route, pattern: patternOf(key), precedence: precedenceOf(key) }))
    .sort((one, other) => (one.precedence < other.precedence ? -1 : 1));

/** Matches what follows a template, such as `GET /v1/keys/{key}` or its path alone. */
export const patternOf = (template: string): RegExp =>
  new RegExp(`^${template.split('/').map(segmentPattern).join('/')}$`);

function segmentPattern(segment: string): string {
  const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(segment) ?? [];
  if (name === undefined) return segment.replaceAll('.', '\\.');
  return `(?<${name}>${greedy ? '.+' : '[^/]+'})`;
}

/** Sorts a literal segment before a parameter, and a parameter before the rest of a path. */
const precedenceOf = (key: string): string => key.replaceAll(/\{\w+\+\}/g, '~~').replaceAll(/\{\w+\}/g, '~');
