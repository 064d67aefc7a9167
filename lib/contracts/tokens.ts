/** Tokens, and descriptions of the API itself. */
import * as z from 'zod/mini';
import { type Infer, lazyObject, lazyStrictObject } from '#lib/model/schema.ts';
import { scopes, type Token } from '#lib/model/team.ts';
import { Name } from './databases.ts';
import { email as emailAddress, instantInUtc, operation, pageOf, pageQuery, time } from './operation.ts';
import { printable } from './text.ts';

const TokenView = lazyObject(() => ({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  email: z.nullable(z.string()).check(z.describe("The holder's address")),
  madeBy: z
    .nullable(z.string())
    .check(
      z.describe(
        'The token that created this token; revoking it revokes this token too. Null: created by the operator',
      ),
    ),
  createdAt: time(),
  expiresAt: z.nullable(time()).check(z.describe('When the token expires; null: when it is revoked')),
  lastUsedAt: z.nullable(time()).check(z.describe('With a precision of a minute')),
}));

export const tokenView = ({
  id,
  name,
  scopes: its,
  email = null,
  parentId = null,
  createdAt,
  expiresAt = null,
  lastUsedAt = null,
}: Token): Infer<typeof TokenView> => ({
  id,
  name,
  scopes: [...its],
  email,
  madeBy: parentId,
  createdAt,
  expiresAt,
  lastUsedAt,
});

export const CreateToken = operation({
  id: 'createToken',
  route: 'POST /v1/tokens',
  summary:
    'Creates a token with no more scopes than its creator; revoking the creator revokes it. Only this response has ' +
    'its secret',
  scope: 'admin',
  body: lazyStrictObject(() => ({
    name: printable({ max: 80 }),
    scopes: z._default(z.array(z.enum(scopes)).check(z.minLength(1), z.maxLength(scopes.length)), ['read', 'write']),
    email: z
      .optional(emailAddress())
      .check(
        z.describe(
          "The holder's address, who is the administrator of apps that the token creates with the Heroku CLI; by " +
            "default the creator's",
        ),
      ),
    expiresAt: z
      .optional(instantInUtc())
      .check(z.describe('When the token expires: by default, and at the latest, when its creator expires')),
    team: z
      .optional(Name())
      .check(z.describe("Another team's name, for operators' tokens only; a new name creates a team")),
  })),
  response: () =>
    z.extend(TokenView(), { token: z.string().check(z.describe('The secret, which is not shown again')) }),
  status: 201,
  locatedBy: 'id',
  problems: ['quota_exceeded'],
});

export const ListTokens = operation({
  id: 'listTokens',
  route: 'GET /v1/tokens',
  summary: "The team's tokens, oldest first, without their secrets",
  scope: 'admin',
  query: pageQuery,
  response: () => pageOf(TokenView()),
});

export const RevokeToken = operation({
  id: 'revokeToken',
  route: 'DELETE /v1/tokens/{token}',
  summary: 'Revokes a token and all tokens that it created; they are refused within a minute',
  scope: 'admin',
});

export const GetHealth = operation({
  id: 'getHealth',
  route: 'GET /v1/health',
  summary: 'Whether the API and its table respond',
  scope: 'public',
  response: () => z.object({ status: z.literal('ok') }),
  problems: ['unavailable'],
});

export const GetOpenApi = operation({
  id: 'getOpenApi',
  route: 'GET /v1/openapi.json',
  summary: 'This document',
  scope: 'public',
  response: () => z.record(z.string(), z.unknown()),
});
