/** The wrapper of the AWS CLI. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = mkdtempSync(join(tmpdir(), 'latchkey-aws-'));
const [own, other, real] = ['own', 'other', 'real'].map((name) => join(root, name)) as [string, string, string];

beforeAll(() => {
  for (const folder of [own, other, real]) mkdirSync(folder);
  for (const folder of [own, other]) copyFileSync(resolve('local/wrappers/aws.sh'), join(folder, 'aws'));
  writeFileSync(join(real, 'aws'), '#!/bin/sh\nprintf "%s|" "$@"\nexit 3\n');
  for (const folder of [own, other, real]) chmodSync(join(folder, 'aws'), 0o755);
});
afterAll(() => rmSync(root, { recursive: true }));

const aws = (env: Record<string, string>) =>
  spawnSync(join(own, 'aws'), ['kms', 'create-key', '--description', 'two words'], {
    env,
    encoding: 'utf8',
    timeout: 5_000,
  });

describe('the aws wrapper', () => {
  it('calls the next aws with the endpoint, past the wrappers of other checkouts, and exits as it does', () => {
    const called = aws({ PATH: [own, other, real].join(':'), AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' });

    expect(called.stdout).toBe('--endpoint-url|http://127.0.0.1:4566|kms|create-key|--description|two words|');
    expect(called.status).toBe(3);
  });

  it('refuses to run without an endpoint', () => {
    const called = aws({ PATH: real });

    expect([called.status, called.stdout]).toEqual([1, '']);
    expect(called.stderr).toContain('source .latchkey/env');
  });

  it('says how to install the AWS CLI where there is none, instead of calling itself', () => {
    const called = aws({ PATH: [own, other].join(':'), AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' });

    expect(called.status).toBe(127);
    expect(called.stderr).toContain('apt-get install awscli');
  });
});
