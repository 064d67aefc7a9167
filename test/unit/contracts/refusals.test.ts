/** Requests that the contracts refuse. */
import { describe, expect, it } from '@jest/globals';
import type * as z from 'zod/mini';
import { CreateApp, ReadConfigVars } from '#lib/contracts/apps.ts';
import { CreateDatabase, DestroyDatabase, GetDatabase } from '#lib/contracts/databases.ts';
import { ListKeys, RegisterKey } from '#lib/contracts/keys.ts';
import { ListTimeline } from '#lib/contracts/timeline.ts';
import { CreateToken } from '#lib/contracts/tokens.ts';
import { openApiDocument } from '../../../scripts/documents/openapi.ts';
import { operations } from '../../../scripts/documents/operations.ts';

const refused = (schema: z.ZodMiniType | null, value: object) =>
  schema?.safeParse(value).error?.issues.map(({ path }) => path.join('.'));
const app = { name: 'an-app', admins: ['admin@example.com'] };
const database = { plan: 'mini', app: 'an-app' };

// Each of these once reached the table or the timeline, and caused an internal error or an unintended change.
describe('a contract', () => {
  it.each<[string, z.ZodMiniType | null, object, string]>([
    ['an empty ARN to look for', ListKeys.query, { arn: '' }, 'arn'],
    ['an empty ARN to register', RegisterKey.body, { arn: '' }, 'arn'],
    ['a space without a name', CreateApp.body, { ...app, space: '' }, 'space'],
    ['an app without a name', CreateDatabase.body, { ...database, app: '' }, 'app'],
    ['a backup without an id', CreateDatabase.body, { ...database, backup: '' }, 'backup'],
    ['a path with a question mark in it', GetDatabase.params, { database: 'a?b' }, 'database'],
    ['a path with a letter that no name has', ReadConfigVars.params, { app: 'ä' }, 'app'],
    ['neither true nor false', DestroyDatabase.query, { backup: '' }, 'backup'],
    ['the id of another kind', ListTimeline.query, { lockout: 'key_01m86zvfkerppncdj9mmkq70qc' }, 'lockout'],
    ["a team's name that no team can have", CreateToken.body, { name: 'x', team: 'ä\u0000b' }, 'team'],
  ])('refuses %s', (_, ...[schema, value, where]) => {
    expect(refused(schema, value)).toEqual([where]);
  });

  it('reads a switch of a query as what it says', () => {
    const read = (query: object) => DestroyDatabase.query.parse(query).backup;
    expect([read({ backup: 'true' }), read({ backup: 'false' }), read({})]).toEqual([true, false, undefined]);
  });

  it('says that a body is required exactly where nothing is not enough', () => {
    const paths = openApiDocument().paths as Record<string, Record<string, { requestBody?: { required: boolean } }>>;
    const bodies = operations.filter(({ body }) => body);

    expect(bodies.length).toBeGreaterThan(5);
    for (const { id, path, method, body } of bodies)
      expect([id, paths[path]?.[method.toLowerCase()]?.requestBody?.required]).toEqual([
        id,
        !body?.safeParse({}).success,
      ]);
  });
});
