/**
 * Handles requests that match no route: 405 with `Allow` for a path that has other methods, else 404, in the error
 * format of the REST API or of the Heroku API.
 */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { operations } from '#lib/contracts/index.ts';
import { herokuErrorOf } from '#lib/heroku/error.ts';
import { log } from '#lib/log.ts';
import { Problem } from '#lib/model/problem.ts';
import { guarded, problemAnswer } from './response.ts';

type Unrouted = Pick<APIGatewayProxyEventV2, 'rawPath'> & {
  readonly requestContext: { requestId: string; http: { method: string } };
};

export const unrouted =
  () =>
  async (event: Unrouted): Promise<APIGatewayProxyStructuredResultV2> => {
    const { requestId } = event.requestContext;
    // API Gateway's route `/console/{file+}` does not match an empty `file`.
    if (event.rawPath === '/console/') return { statusCode: 308, headers: { ...guarded, location: '/console' } };
    const problem = problemWith(event);
    const response = isRest(event.rawPath) ? problemAnswer(problem, requestId) : herokuAnswer(problem, requestId);
    log.info('A request was answered', { operation: 'none', requestId, status: response.statusCode });
    return response;
  };

const isRest = (path: string): boolean => path === '/v1' || path.startsWith('/v1/');

function problemWith({ rawPath, requestContext: { http } }: Unrouted): Problem {
  const allowed = methodsOf(rawPath);
  if (allowed.length === 0)
    return new Problem('not_found', 'No resource has this path. GET /v1/openapi.json lists all paths.');
  return new Problem('method_not_allowed', `This path has no ${http.method}; it has ${allowed.join(', ')}.`, {
    allowed,
  });
}

/** The methods of the REST API at a path. */
export const methodsOf = (path: string): string[] =>
  operations
    .filter((operation) => patternOf(operation.path).test(path))
    .map(({ method }) => method)
    .sort();

const patternOf = (template: string): RegExp =>
  new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);

function herokuAnswer(problem: Problem, requestId: string): APIGatewayProxyStructuredResultV2 {
  const { status, ...body } = herokuErrorOf(problem, requestId);
  const headers = {
    ...guarded,
    'content-type': 'application/json',
    'request-id': requestId,
    'x-request-id': requestId,
  };
  return { statusCode: status, headers, body: JSON.stringify(body) };
}
