/** Every operation of the REST API passes through here: correlation → caller → parse → idempotency → operation → check the answer → respond. */
import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { AnswerOf, Operation, RequestOf, Standing } from '#lib/contracts/operation.ts';
import { log } from '#lib/log.ts';
import type { Actor } from '#lib/model/entry.ts';
import { callers } from '#lib/wiring/callers.ts';
import { onlyOnce } from './idempotency.ts';
import { asPage, wantsPage } from './page.ts';
import { authorise, bearerOf, callerOf, parsedRequest, rawBodyOf } from './request.ts';
import { answer, locatedBelow, problemAnswer } from './response.ts';

type Event = APIGatewayProxyEventV2;
type Result = APIGatewayProxyStructuredResultV2;

type Work<O> = (request: RequestOf<O>) => Promise<AnswerOf<O>>;

/** `assemble` is called once, on the first event: it names what the operation may touch. `page` makes HTML of an answer, where that is asked for. */
export function endpoint<O extends Operation>(
  operation: O,
  assemble: () => Work<O>,
  page?: (answer: AnswerOf<O>) => string,
) {
  let run: Work<O> | undefined;
  return middy<Event, Result>()
    .use(httpHeaderNormalizer({ canonical: false }))
    .use(correlation(operation.id))
    .use(problems)
    .handler(async (event) => {
      run ??= assemble();
      const work = run;
      const { requestId } = event.requestContext;
      const caller = await callerOf(event, callers(), operation.scope);
      authorise(caller, operation.scope);
      const actor: Actor = { kind: 'token', id: caller?.tokenId ?? 'anonymous' };
      const standing: Standing = { teamId: caller?.teamId ?? '', actor, caller };
      const asked = { ...parsedRequest(operation, event), ...standing } as unknown as RequestOf<O>;
      const answered = async () => {
        const value = await work(asked);
        const result = locatedBelow(event.pathParameters, answer(operation, value, requestId));
        return page && wantsPage(event) ? asPage(result, page(value)) : result;
      };
      const key = event.headers['idempotency-key'];
      if (operation.method !== 'POST' || key === undefined || !caller) return answered();
      const request = `${event.rawPath}\n${rawBodyOf(event)}`;
      return onlyOnce(
        { teamId: caller.teamId, operation: operation.id, key, request, bearer: bearerOf(event) },
        answered,
      );
    });
}

interface Passing {
  readonly event: Event;
  readonly internal: { [name: string]: unknown };
  readonly error: Error | null;
  response: Result | null | undefined;
}

/** Whatever was thrown becomes a problem answer; it runs first of the `onError`s, so that the log line below sees the status. */
const problems = {
  onError: (request: Passing) => {
    request.response = problemAnswer(request.error, request.event.requestContext.requestId);
  },
};

/** One line per request, with the operation, the status and how long it took (milliseconds). */
function correlation(operationId: string) {
  const finished = ({ event, internal, response }: Passing) => {
    const { requestId } = event.requestContext;
    log.info('A request was answered', {
      operation: operationId,
      requestId,
      status: response?.statusCode,
      ms: Date.now() - Number(internal.startedAt),
    });
  };
  return {
    before: ({ internal }: Passing) => {
      internal.startedAt = Date.now();
    },
    after: finished,
    onError: finished,
  };
}
