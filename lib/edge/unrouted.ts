/**
 * Responds to requests that match no route: 405 with `Allow` for a path that has other methods, else 404, in the error
 * format of the REST API or of the Heroku API.
 */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { paths } from '#lib/contracts/paths.ts';
import { herokuErrorOf } from '#lib/heroku/error.ts';
import { Problem } from '#lib/model/problem.ts';
import { guarded, problemResponse } from './response.ts';
import { patternOf, type RoutedEvent } from './routes.ts';

type Unrouted = Pick<RoutedEvent, 'rawPath'> & {
  readonly requestContext: { readonly requestId: string; readonly http: { readonly method: string } };
};

export function unroutedResponse(event: Unrouted): APIGatewayProxyStructuredResultV2 {
  const { requestId } = event.requestContext;
  // API Gateway's route `/console/{file+}` does not match an empty `file`.
  if (event.rawPath === '/console/') return { statusCode: 308, headers: { ...guarded, location: '/console' } };
  const problem = unroutedProblem(event);
  return isRest(event.rawPath) ? problemResponse(problem, requestId) : herokuResponse(problem, requestId);
}

const isRest = (path: string): boolean => path === '/v1' || path.startsWith('/v1/');

/** `not_found`, or `method_not_allowed` with the methods that the REST API has at the path. */
export function unroutedProblem({ rawPath, requestContext: { http } }: Unrouted): Problem {
  const allowed = methodsOf(rawPath);
  if (allowed.length === 0)
    return new Problem('not_found', 'No resource has this path. GET /v1/openapi.json lists all paths.');
  return new Problem('method_not_allowed', `This path has no ${http.method}; it has ${allowed.join(', ')}.`, {
    allowed,
  });
}

/** The methods of the REST API at a path. */
export const methodsOf = (path: string): string[] =>
  paths
    .filter((each) => patternOf(each.path).test(path))
    .map(({ method }) => method)
    .sort();

function herokuResponse(problem: Problem, requestId: string): APIGatewayProxyStructuredResultV2 {
  const { status, ...body } = herokuErrorOf(problem, requestId);
  const headers = {
    ...guarded,
    'content-type': 'application/json',
    'request-id': requestId,
    'x-request-id': requestId,
  };
  return { statusCode: status, headers, body: JSON.stringify(body) };
}
