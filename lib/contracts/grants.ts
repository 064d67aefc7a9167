/** The platform's grants on a key. */
import * as z from 'zod/mini';
import { grantScopes } from '#lib/model/grant.ts';
import { lazily, lazyObject } from '#lib/model/schema.ts';
import { operation, pageOf, pageQuery } from './operation.ts';

export const Grant = lazyObject(() => ({
  id: z.string().check(z.describe("KMS's grant id")),
  database: z
    .nullable(z.string())
    .check(z.describe('The database that the grant is for; null for a grant of an AWS service')),
  status: z
    .enum(['active', 'revoked', 'unknown'])
    .check(
      z.describe('Revoked: the database relies on the grant, which no longer exists. Unknown: KMS did not respond'),
    ),
  operations: z.array(z.string()),
  grantee: z
    .nullable(z.string())
    .check(z.describe('The principal that may use the key; null if the grant no longer exists')),
  context: z.record(z.string(), z.string()).check(z.describe('The encryption context that the grant is bound to')),
  createdAt: z.nullable(z.string()),
}));

const GrantPage = lazily(() =>
  z.extend(pageOf(Grant()), {
    seen: z
      .enum(grantScopes)
      .check(
        z.describe(
          'What the platform can list: `key`, all of its grants on the key; `retirable`, only the grants that it may ' +
            'retire, because the key policy denies `ListGrants`; `nothing`, because KMS did not respond',
        ),
      ),
  }),
);

/** A cursor may hold KMS's marker of up to 1,024 characters (KMS API reference, ListGrants), in base64 twice. */
const grantQuery = lazily(() =>
  z.extend(pageQuery(), {
    cursor: z
      .optional(z.string().check(z.regex(/^[\w-]*$/, 'Unknown cursor'), z.maxLength(2000)))
      .check(z.describe('The `cursor` of the previous page')),
  }),
);

export const ListGrants = operation({
  id: 'listGrants',
  route: 'GET /v1/keys/{key}/grants',
  summary:
    "The platform's grants on the key, as KMS lists them now: first those of databases, then those of AWS services",
  scope: 'read',
  query: grantQuery,
  response: GrantPage,
});
