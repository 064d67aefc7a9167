/** Responses of operations and of problems. */
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { operation } from '#lib/contracts/operation.ts';
import { problemResponse, successResponse } from '#lib/edge/response.ts';
import { type Code, Problem, problems, problemType, Transient } from '#lib/model/problem.ts';

const bodyOf = ({ body }: { body?: string | undefined }) => JSON.parse(body ?? 'null') as Record<string, unknown>;
const codes = Object.keys(problems) as Code[];

describe('a problem response', () => {
  it.each(codes)('%s has the status and title of its entry, and the request id', (code) => {
    const answered = problemResponse(new Problem(code, 'What is wrong here.'), 'req-1');
    const [status, title] = problems[code];

    expect(answered.statusCode).toBe(status);
    expect(answered.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'x-request-id': 'req-1',
      'cache-control': 'no-store',
    });
    expect(bodyOf(answered)).toMatchObject({ type: problemType(code), title, status, instance: 'req-1' });
  });

  it('says what the problem says, and its extras', () => {
    const answered = problemResponse(
      new Problem('wrong_state', 'Database x is stopped.', { state: 'stopped' }),
      'req-1',
    );
    expect(bodyOf(answered)).toMatchObject({ detail: 'Database x is stopped.', state: 'stopped' });
  });

  it('keeps its own members from being overwritten by extras', () => {
    const answered = problemResponse(
      new Problem('wrong_state', 'Right.', { status: 200, type: 'mine', detail: 'wrong' }),
      'req-1',
    );

    expect(bodyOf(answered)).toMatchObject({ status: 409, type: problemType('wrong_state'), detail: 'Right.' });
  });

  it.each([
    ['an error', new Error('redis://:p4ssw0rd@10.0.0.1 refused')],
    ['a text', 'p4ssw0rd'],
    ['nothing', undefined],
    ['an internal problem', new Problem('internal', 'p4ssw0rd', { secret: 'p4ssw0rd' })],
    ['an error with a code', Object.assign(new Error('p4ssw0rd'), { code: 'wrong_state', statusCode: 200 })],
  ])('reveals nothing of %s', (_, error) => {
    const answered = problemResponse(error, 'req-1');

    expect(answered.statusCode).toBe(500);
    expect(answered.body).not.toContain('p4ssw0rd');
    expect(Object.keys(bodyOf(answered)).sort()).toEqual(['detail', 'instance', 'status', 'title', 'type']);
  });

  it('has Retry-After where a retry helps, and WWW-Authenticate where a token is missing', () => {
    const transient = problemResponse(new Transient('KMS at 10.0.0.1 does not answer'), 'req-1');

    expect(transient).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' } });
    expect(transient.body).not.toContain('10.0.0.1');
    expect(problemResponse(new Problem('unauthenticated', 'No'), 'req-1').headers).toMatchObject({
      'www-authenticate': 'Bearer realm="latchkey"',
    });
    expect(problemResponse(new Problem('not_found', 'No'), 'req-1').headers).not.toHaveProperty('retry-after');
  });
});

describe('a response', () => {
  const Thing = operation({
    id: 'makeThing',
    route: 'POST /v1/things',
    summary: 'Makes a thing',
    scope: 'write',
    response: () => z.object({ id: z.string() }),
    status: 201,
    locatedBy: 'id',
  });

  it('holds what its contract names and nothing else, and says where the thing is', () => {
    const answered = successResponse(Thing, { id: 'x_1', password: 'p4ssw0rd' }, 'req-1');

    expect(answered).toMatchObject({
      statusCode: 201,
      body: '{"id":"x_1"}',
      headers: { location: '/v1/things/x_1', 'content-type': 'application/json' },
    });
  });

  it('that does not fit its contract is a fault of ours', () => {
    expect(() => successResponse(Thing, { id: 1 }, 'req-1')).toThrow('expected string, received number');
  });

  it('of 204 has no body', () => {
    expect(successResponse({ ...Thing, status: 204 }, null, 'req-1')).not.toHaveProperty('body');
  });
});
