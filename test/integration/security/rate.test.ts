/** The rate limit of a team over HTTP. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { issueToken } from '#lib/teams/tokens.ts';
import { committer } from '#lib/wiring/committer.ts';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';

// The limit is read with the first request that has a token: one in ten seconds, and a burst of one.
let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
  process.env.REQUESTS_PER_SECOND = '0.1';
});
afterAll(() => platform.close());

it('a team beyond its rate gets 429 with Retry-After on each path, by each token; other teams do not', async () => {
  expect((await platform.ask('GET /v1/apps')).status).toBe(200);
  for (const line of ['GET /v1/apps', 'GET /v1/plans', 'DELETE /v1/apps/your-app-name', 'POST /v1/databases']) {
    const refused = await platform.ask(line, line.startsWith('POST') ? { body: {} } : {});
    expect(refused).toBeProblem('rate_limited');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(5);
  }
  expect(await platform.ask('GET /v1/apps', { token: platform.tokens.adminToken })).toBeProblem('rate_limited');

  const other = { id: 'team_other', name: 'other' };
  const issue = {
    team: other,
    isNew: true,
    name: 'other',
    scopes: ['read' as const],
    operator: false,
    actor: { kind: 'operator' as const, id: 'test' },
  };

  const { secret } = await issueToken({ ...committer(), newId, now }, issue);

  expect((await platform.ask('GET /v1/apps', { token: secret })).status).toBe(200);
  expect((await platform.ask('GET /v1/health', { token: null })).status).toBe(200);
});
