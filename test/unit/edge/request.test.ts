/** Parsing a request, and the errors for an invalid one. */
import { describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { ChangeConfigVars, CreateApp } from '#lib/contracts/apps.ts';
import { ListDatabases } from '#lib/contracts/databases.ts';
import { RegisterKey } from '#lib/contracts/keys.ts';
import type { Operation } from '#lib/contracts/operation.ts';
import { authorise, callerOf, parseRequest } from '#lib/edge/request.ts';
import { Problem } from '#lib/model/problem.ts';
import { type Scope, secretHash, type Token } from '#lib/model/team.ts';
import '#test/support/matchers.ts';
import { keyArn, teamId } from '#test/support/build.ts';

const json = { 'content-type': 'application/json' };
const anEvent = (changes: Partial<APIGatewayProxyEventV2> = {}) =>
  ({ headers: json, isBase64Encoded: false, ...changes }) as APIGatewayProxyEventV2;
const refusal = (operation: Operation, changes: Partial<APIGatewayProxyEventV2>): Problem => {
  try {
    parseRequest(operation, anEvent(changes));
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('It was accepted');
};

describe('reading a request', () => {
  it('puts path, query and body into one record', () => {
    expect(parseRequest(RegisterKey, anEvent({ body: JSON.stringify({ arn: keyArn }) }))).toEqual({
      arn: keyArn,
      query: {},
    });
    expect(parseRequest(ListDatabases, anEvent({ queryStringParameters: { limit: '7' } }))).toEqual({
      limit: 7,
      query: { limit: 7 },
    });
    expect(parseRequest(ListDatabases, anEvent())).toEqual({ limit: 50, query: { limit: 50 } });
  });

  it('reads a body in base64, and any JSON media type', () => {
    const body = Buffer.from(JSON.stringify({ arn: keyArn })).toString('base64');
    expect(parseRequest(RegisterKey, anEvent({ body, isBase64Encoded: true }))).toEqual({ arn: keyArn, query: {} });

    const headers = { 'content-type': 'application/merge-patch+json; charset=utf-8' };
    expect(parseRequest(RegisterKey, anEvent({ body: JSON.stringify({ arn: keyArn }), headers }))).toEqual({
      arn: keyArn,
      query: {},
    });
  });

  it('names the place of every fault at once', () => {
    const problem = refusal(CreateApp, { body: JSON.stringify({ name: 'X', admins: ['nobody'], colour: 'red' }) });
    expect(problem).toBeProblem('invalid_request');

    const pointers = (problem.extra.errors as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers).toEqual(expect.arrayContaining(['/name', '/admins/0', '']));
    expect(problem.message).toContain('/name: Lower-case letters');
    expect(problem.message).toContain('/v1/openapi.json');
  });

  it('says in English what a fault is', () => {
    const problem = refusal(CreateApp, { body: JSON.stringify({ name: 7, admins: ['nobody'], colour: 'red' }) });

    expect(problem.extra.errors).toEqual([
      { pointer: '/name', detail: 'Invalid input: expected string, received number' },
      { pointer: '/admins/0', detail: 'Invalid email address' },
      { pointer: '', detail: 'Unrecognized key: "colour"' },
    ]);
    expect(refusal(ListDatabases, { queryStringParameters: { limit: '101' } }).message).toMatch(
      /^\/limit: Too big: expected number to be <=100\. /,
    );
  });

  it('reports missing members, with JSON pointers as in the RFC', () => {
    const problem = refusal(RegisterKey, { body: '{}' });
    expect(problem.extra.errors).toEqual([{ pointer: '/arn', detail: 'Missing' }]);

    const odd = refusal(ChangeConfigVars, { body: '{"a/b~c":"x"}' });
    expect(odd.extra.errors).toContainEqual({ pointer: '/a~1b~0c', detail: 'Upper-case letters, digits and _' });
  });

  it.each([
    ['{"arn":', json, 'invalid_request'],
    ['', json, 'invalid_request'],
    ['[]', json, 'invalid_request'],
    ['"text"', json, 'invalid_request'],
    ['null', json, 'invalid_request'],
    ['{}', { 'content-type': 'text/plain' }, 'unsupported_media_type'],
    ['{}', {}, 'unsupported_media_type'],
    ['{}', { 'content-type': 'application/json-but-not-quite' }, 'unsupported_media_type'],
    [`{"arn":"${'x'.repeat(300_000)}"}`, json, 'payload_too_large'],
  ] as const)('refuses %.30s with %j as %s', (body, headers, code) => {
    expect(refusal(RegisterKey, { body, headers })).toBeProblem(code);
  });

  it.each([['0'], ['101'], ['-1'], ['1.5'], ['many'], ['1e9']])('refuses a page of %s items', (limit) => {
    expect(refusal(ListDatabases, { queryStringParameters: { limit } })).toBeProblem('invalid_request');
  });

  it('refuses a query parameter that it does not know', () => {
    expect(refusal(ListDatabases, { queryStringParameters: { colour: 'red' } })).toBeProblem('invalid_request');
  });

  it('accepts or refuses any body, and never fails otherwise', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        try {
          parseRequest(RegisterKey, anEvent({ body }));
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
        }
      }),
    );
  });
});

describe('the caller', () => {
  const token: Token = {
    id: 'tok_1',
    teamId,
    name: 'team',
    scopes: ['read'],
    operator: false,
    createdAt: '2026-11-24T11:00:00.000Z',
    hash: secretHash('latchkey_right'),
  };
  const tokenByHash = async (hash: string) => (hash === token.hash ? token : null);
  const asking: string[] = [];
  const callers = {
    tokenByHash,
    sessionById: async () => null,
    tokensByHash: async () => [],
    tokenUsed: async () => undefined,
    now: () => new Date(),
    spend: (team: string) => void asking.push(team),
  };
  const calling = (authorization?: string) =>
    callerOf(anEvent({ headers: authorization === undefined ? {} : { authorization } }), callers, {
      scope: 'read',
      schemes: 'Bearer',
    });

  it('is whose team the request is counted for', async () => {
    asking.length = 0;
    await calling('Bearer latchkey_right');

    await calling('Bearer latchkey_wrong').catch(() => undefined);

    expect(asking).toEqual([teamId]);
  });

  it('is the holder of the token, looked up by its hash only', async () => {
    expect(await calling('Bearer latchkey_right')).toEqual({
      teamId,
      tokenId: 'tok_1',
      scopes: ['read'],
      operator: false,
    });
    expect(await calling('bearer latchkey_right')).toMatchObject({ tokenId: 'tok_1' });
  });

  it('is absent without a token', async () => {
    expect(await calling()).toBeNull();
  });

  it('is refused in the same words for any token that is no good', async () => {
    const texts = await Promise.all(
      [
        '',
        'Bearer',
        'Bearer ',
        'Bearer latchkey_wrong',
        'Basic bGF0Y2hrZXlfcmlnaHQ=',
        'latchkey_right',
        'Bearer latchkey_right latchkey_right',
      ].map((text) =>
        calling(text).then(
          () => 'accepted',
          (error: Problem) => `${error.code}: ${error.message}`,
        ),
      ),
    );

    expect(new Set(texts)).toEqual(new Set(['unauthenticated: Send a valid token: Authorization: Bearer <token>.']));
  });
});

describe('what a token may', () => {
  const holding = (scope: Scope) => ({ teamId, tokenId: 'tok_1', scopes: [scope], operator: false });
  const rows: [Scope, Scope[], Scope[]][] = [
    ['read', ['read'], ['write', 'admin']],
    ['write', ['read', 'write'], ['admin']],
    ['admin', ['read', 'write', 'admin'], []],
  ];
  it.each(rows)('with %s is %j and not %j', (held, allowed, forbidden) => {
    for (const scope of allowed) expect(() => authorise(holding(held), scope)).not.toThrow();
    for (const scope of forbidden)
      expect(() => authorise(holding(held), scope)).toThrow(
        expect.objectContaining({ code: 'forbidden', message: expect.stringContaining(`scope ${scope}`) }),
      );
  });

  it('is refused without one, except for public operations', () => {
    expect(() => authorise(null, 'public')).not.toThrow();
    expect(() => authorise(null, 'read')).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
  });
});
