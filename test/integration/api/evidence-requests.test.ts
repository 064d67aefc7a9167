/** Requests for evidence: times, formats and errors. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Bundle } from '#lib/evidence/statement.ts';
import '#test/support/matchers.ts';
import { overHttp } from '#local/test-support/http.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { verifyEvidence } from '../../../scripts/verify-evidence.ts';
import { evidenceKeyOf } from './preconditions.ts';

let platform: Platform;
let keyId: string;
beforeAll(async () => {
  platform = await aPlatform();
  const arn = await platform.keyOfCustomer();
  keyId = (await platform.ask<{ id: string }>('POST /v1/keys', { body: { arn } })).body.id;
});
afterAll(() => platform.close());

const evidence = (query: string) => platform.ask<Bundle>(`GET /v1/keys/${keyId}/evidence${query}`);

describe('asking for evidence', () => {
  it('returns a signed statement that there was no lockout', async () => {
    const publicKey = await evidenceKeyOf(platform);

    for (const [query, types] of [
      ['', ['KeyRegistered']],
      ['?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z', []],
    ] as const) {
      const { body } = await evidence(query);
      expect(body.statement.lockouts).toEqual([]);
      expect(body.statement.entries.map(({ type }) => type)).toEqual(types);
      expect(body.statement.summary).toMatch(/^There was no lockout of the key arn:aws:kms/);
      expect(verifyEvidence(JSON.stringify(body), { publicKey })).toMatchObject({ code: 0 });
    }
  });

  it.each([
    ['?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', '/to', 'later than `from`'],
    [
      '?from=2026-01-01T00:00:00Z&to=2026-06-01T00:00:00Z',
      '/to',
      'at most 92 days. Request it until 2026-04-03T00:00:00.000Z',
    ],
    ['?from=2999-01-01T00:00:00Z', '/from', 'is in the future'],
    ['?from=yesterday', '/from', 'Write a time as in'],
    ['?until=2026-01-01T00:00:00Z', '', 'until'],
  ])('is refused for %s, with what to change', async (query, pointer, detail) => {
    const response = await evidence(query);

    expect(response).toBeProblem('invalid_request');
    expect((response.body as unknown as { errors: unknown[] }).errors).toMatchObject([
      { pointer: expect.stringContaining(pointer), detail: expect.stringContaining(detail) },
    ]);
  });

  it('finds no unregistered key, and no key of another team', async () => {
    expect(await platform.ask('GET /v1/keys/key_none/evidence')).toBeProblem('not_found');

    const { token } = (
      await platform.ask<{ token: string }>('POST /v1/tokens', {
        token: platform.tokens.adminToken,
        body: { name: 'stranger', scopes: ['read'], team: 'strangers' },
      })
    ).body;
    expect(await platform.ask(`GET /v1/keys/${keyId}/evidence`, { token })).toBeProblem('not_found');
  });

  it('is JSON for a client that accepts any type, or JSON first', async () => {
    const http = overHttp(platform.cloud.urls.api);

    for (const accept of ['*/*', 'application/json', 'application/json, text/html']) {
      const { headers } = await http(`GET /v1/keys/${keyId}/evidence`, {
        token: platform.tokens.teamToken,
        headers: { accept },
      });
      expect(headers.get('content-type')).toBe('application/json');
    }
  });

  it('waits until its own key can sign', async () => {
    await platform.kms(
      'DisableKey',
      { KeyId: platform.cloud.environment.EVIDENCE_KEY_ARN },
      platform.cloud.accounts.platform,
    );
    expect((await evidence('')).status).toBe(500);

    await platform.kms(
      'EnableKey',
      { KeyId: platform.cloud.environment.EVIDENCE_KEY_ARN },
      platform.cloud.accounts.platform,
    );
    expect((await evidence('')).status).toBe(200);
  });
});
