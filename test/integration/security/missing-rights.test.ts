/**
 * A right that a function's packaged role lacks is missing in the local cloud: its requests fail with AWS's own errors,
 * and the caller gets the response of production.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { withoutRight } from '#test/support/template.ts';

/** By function: the right that it lacks. */
const lacking = { apiChanges: 'table:write', apiDatabases: 'table:read' } as const;

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform({
    change: (template) =>
      Object.entries(lacking).reduce((changed, [key, right]) => withoutRight(changed, key, right), template),
  });
});
afterAll(() => platform.close());

const refusals = (key: string) => platform.refused().filter((refusal) => refusal.startsWith(`${key}: `));
const role = /arn:aws:sts::210987654321:assumed-role\/latchkey-local-RoleOfapiChanges\/apiChanges/;

describe('a function without a right', () => {
  it.each([
    { line: 'POST /v1/spaces', body: { name: 'orders' }, key: 'apiChanges', action: 'PutItem' },
    { line: 'PATCH /v1/databases/db_x', body: { name: 'orders' }, key: 'apiDatabases', action: 'GetItem' },
  ])(
    'fails at $line without $action, and tells the caller nothing of it',
    async ({ line, body: sent, key, action }) => {
      const { status, body } = await platform.ask(line, { body: sent });

      expect({ status, title: body.title }).toEqual({ status: 500, title: 'An internal error occurred' });
      expect(JSON.stringify(body)).not.toContain('dynamodb');
      expect(refusals(key).join()).toMatch(new RegExp(`dynamodb:${action} on arn:aws:dynamodb:[^,]*:table/`));
    },
  );

  it("logs AWS's own error, with the session of the function's role", async () => {
    await platform.ask('POST /v1/spaces', { body: { name: 'orders' } });

    const line = platform.logged.find((each) => each.includes('AccessDeniedException') && each.includes('apiChanges'));
    expect(line).toMatch(role);
    expect(line).toContain('because no identity-based policy allows the dynamodb:');
  });

  it('does not keep other functions from working', async () => {
    const { status } = await platform.ask('GET /v1/keys');

    expect(status).toBe(200);
    expect(refusals('apiReads')).toEqual([]);
  });
});
