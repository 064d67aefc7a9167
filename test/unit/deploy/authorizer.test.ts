/** The authorizer's cache in the packaged template. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';

const text = readFileSync(join(resolve(import.meta.dirname, '../../..'), 'resources', 'api.yml'), 'utf8');
const { Resources } = parse(text, { logLevel: 'silent' }) as {
  Resources: Record<string, { Properties: Record<string, unknown> }>;
};

it('caches the authorizer’s result per token for a minute at most, for which a revoked token still works', () => {
  const { AuthorizerResultTtlInSeconds, IdentitySource } = Resources.TokenAuthorizer?.Properties ?? {};

  expect(AuthorizerResultTtlInSeconds).toBeGreaterThan(0);
  expect(AuthorizerResultTtlInSeconds).toBeLessThanOrEqual(60);
  expect(IdentitySource).toEqual(['$request.header.Authorization']);
});
