/** One log line per request. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { log } from '#lib/log.ts';

type Event = APIGatewayProxyEventV2;

interface HandledRequest {
  readonly event: Event;
  readonly internal: { [name: string]: unknown };
  readonly response: APIGatewayProxyStructuredResultV2 | null | undefined;
}

/**
 * Middleware that logs the operation, the status and the duration in milliseconds. Never the body or the path: a fork's
 * URL has a password.
 */
export function requestLog(operationName: (event: Event) => string) {
  const finished = ({ event, internal, response }: HandledRequest) => {
    const { requestId } = event.requestContext;
    log.info('A request was answered', {
      operation: operationName(event),
      requestId,
      status: response?.statusCode,
      ms: Date.now() - Number(internal.startedAt),
    });
  };
  return {
    before: ({ internal }: HandledRequest) => {
      internal.startedAt = Date.now();
    },
    after: finished,
    onError: finished,
  };
}
