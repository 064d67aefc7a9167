/** Tokens, and what tells about the API itself. */
import * as z from 'zod/mini';
import { scopes, type Token } from '#lib/model/team.ts';
import { Name } from './databases.ts';
import { email as emailAddress, instantInUtc, operation, pageOf, pageQuery, time } from './operation.ts';
import { printable } from './text.ts';

const TokenView = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  email: z.nullable(z.string()).check(z.describe('Of whoever holds it')),
  madeBy: z
    .nullable(z.string())
    .check(z.describe('The token that made it, and with which it ends; null: the operator')),
  createdAt: time,
  expiresAt: z.nullable(time).check(z.describe('From then on it opens nothing; null: until it is revoked')),
  lastUsedAt: z.nullable(time).check(z.describe('To the minute')),
});

export const tokenView = ({
  id,
  name,
  scopes: its,
  email = null,
  parentId = null,
  createdAt,
  expiresAt = null,
  lastUsedAt = null,
}: Token): z.infer<typeof TokenView> => ({
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
  method: 'POST',
  path: '/v1/tokens',
  summary:
    'Makes a token, which ends with the one that makes it and never holds more; its secret is in this answer only',
  scope: 'admin',
  body: z.strictObject({
    name: printable({ max: 80 }),
    scopes: z._default(z.array(z.enum(scopes)).check(z.minLength(1), z.maxLength(scopes.length)), ['read', 'write']),
    email: z
      .optional(emailAddress)
      .check(
        z.describe(
          "Of whoever holds it: the administrator of apps that they make with the Heroku CLI; the maker's own unless told",
        ),
      ),
    expiresAt: z
      .optional(instantInUtc)
      .check(z.describe("From then on it opens nothing; the maker's own expiry unless told, and never later")),
    team: z
      .optional(Name)
      .check(z.describe("Another team's name; an operator's token may, and a new name makes a team")),
  }),
  answer: z.extend(TokenView, { token: z.string().check(z.describe('The secret; it is never shown again')) }),
  status: 201,
  locatedBy: 'id',
  problems: ['quota_exceeded'],
});

export const ListTokens = operation({
  id: 'listTokens',
  method: 'GET',
  path: '/v1/tokens',
  summary: "The team's tokens, the oldest first, without their secrets",
  scope: 'admin',
  query: pageQuery,
  answer: pageOf(TokenView),
});

export const RevokeToken = operation({
  id: 'revokeToken',
  method: 'DELETE',
  path: '/v1/tokens/{token}',
  summary: 'Revokes a token and all tokens that it made; within a minute nothing is let in by them',
  scope: 'admin',
  answer: z.null(),
  status: 204,
});

export const GetHealth = operation({
  id: 'getHealth',
  method: 'GET',
  path: '/v1/health',
  summary: 'Whether the API and its table answer',
  scope: 'public',
  answer: z.object({ status: z.literal('ok') }),
  problems: ['unavailable'],
});

export const GetOpenApi = operation({
  id: 'getOpenApi',
  method: 'GET',
  path: '/v1/openapi.json',
  summary: 'This document',
  scope: 'public',
  answer: z.record(z.string(), z.unknown()),
});
