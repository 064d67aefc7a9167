/** The authorizer, and the operations that use or bypass its cached result. */
import { describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2, APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { authorizer } from '#lib/edge/authorizer.ts';
import { callerOf } from '#lib/edge/request.ts';
import { type Scope, secretHash, type Token } from '#lib/model/team.ts';

const token: Token = {
  ...{ id: 'tok_1', teamId: 'team_1', name: 'ci', scopes: ['read', 'write'], operator: false },
  ...{ createdAt: '2026-01-01T00:00:00.000Z', hash: secretHash('latchkey_good') },
};
const looked: string[] = [];
const tokenByHash = async (hash: string) => {
  looked.push(hash);
  if (hash === secretHash('latchkey_unlucky')) throw new Error('DynamoDB does not answer');
  return hash === token.hash ? token : null;
};
const used: string[] = [];
const now = () => new Date('2026-01-02T00:00:00.000Z');
const lookup = {
  sessionById: async () => null,
  tokensByHash: async () => [],
  tokenByHash,
  tokenUsed: async (hash: string) => void used.push(hash),
  now,
  spend: () => undefined,
};
const ask = (authorization: string) =>
  authorizer(() => lookup)({ headers: { authorization } } as unknown as APIGatewayRequestAuthorizerEventV2);
const operationsView = (authorization: string, context: unknown, scope: Scope = 'write') =>
  callerOf(
    {
      headers: { authorization },
      requestContext: { authorizer: { lambda: context } },
    } as unknown as APIGatewayProxyEventV2,
    lookup,
    { scope, schemes: 'Bearer' },
  );

describe('the authorizer', () => {
  it.each([
    ['Bearer latchkey_good'],
    ['bearer latchkey_good'],
    [`Basic ${Buffer.from(':latchkey_good').toString('base64')}`],
    [`Basic ${Buffer.from('me@example.com:latchkey_good').toString('base64')}`],
  ])('identifies the caller of %s', async (header) => {
    expect(await ask(header)).toEqual({
      isAuthorized: true,
      context: { teamId: 'team_1', tokenId: 'tok_1', scopes: 'read write', operator: false },
    });
  });

  it.each([['Bearer latchkey_wrong'], ['Bearer '], ['Digest latchkey_good'], ['latchkey_good'], ['Bearer a b']])(
    'leaves the refusal of %s to the operation, which has the right words for it',
    async (header) => {
      expect(await ask(header)).toEqual({ isAuthorized: true, context: {} });
    },
  );

  it('leaves the lookup to the operation when it fails', async () => {
    expect(await ask('Bearer latchkey_unlucky')).toEqual({ isAuthorized: true, context: {} });
  });

  it('spares the operation its lookup', async () => {
    const { context } = await ask('Bearer latchkey_good');
    looked.length = 0;

    const caller = await operationsView('Bearer latchkey_good', context);

    expect(caller).toEqual({ teamId: 'team_1', tokenId: 'tok_1', scopes: ['read', 'write'], operator: false });
    expect(looked).toEqual([]);
  });

  it('is not trusted where an admin token is needed: the operation reads the row itself', async () => {
    const { context } = await ask('Bearer latchkey_good');
    looked.length = 0;

    expect(await operationsView('Bearer latchkey_good', context, 'admin')).toMatchObject({ tokenId: 'tok_1' });
    expect(looked).toEqual([secretHash('latchkey_good')]);
    await expect(operationsView('Bearer latchkey_revoked', context, 'admin')).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('does not decide about a token that it did not know', async () => {
    expect(await operationsView('Bearer latchkey_good', {})).toMatchObject({ tokenId: 'tok_1' });
    await expect(operationsView('Bearer latchkey_wrong', {})).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
