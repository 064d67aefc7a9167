/** Settings of a deployment, parsed from the environment. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { keyConfig } from '#lib/config.ts';

const before = { ...process.env };
const right = {
  AWS_REGION: 'eu-west-1',
  PLATFORM_ACCOUNT_ID: '123456789012',
  CONFIRMATION_SECONDS: '3',
  REQUIRE_OWNERSHIP_PROOF: 'true',
};

beforeEach(() => {
  Object.assign(process.env, right);
});

afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

describe('the settings of a deployment', () => {
  it('are numbers and truths where they are written as such', () => {
    expect(keyConfig()).toEqual({ ...right, CONFIRMATION_SECONDS: 3, REQUIRE_OWNERSHIP_PROOF: true });
  });

  it('name each invalid one, with the fault in English', () => {
    delete process.env.AWS_REGION;
    process.env.CONFIRMATION_SECONDS = '-1';

    expect(keyConfig).toThrow(/expected string, received undefined\n +→ at AWS_REGION/);
    expect(keyConfig).toThrow(/expected number to be >=0\n +→ at CONFIRMATION_SECONDS/);
  });
});
