/**
 * Bundles as they are deployed, each in a separate process, against the local cloud: they work without the code that
 * was left out.
 */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { type ApiRequest, apiEvent } from '../../../bench/requests/events.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const keys = ['apiReads', 'apiKeys', 'apiDatabases', 'apiChanges', 'apiService', 'apiServers', 'onMaintenanceSchedule'];

let platform: Platform;
let folder: string;
let keyId: string;
let keyArn: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-bundles-'));
  const [started] = await Promise.all([
    aPlatform(),
    promisify(execFile)(process.execPath, [join(root, 'scripts/deploy/write-bundles.ts'), folder, ...keys]),
  ]);
  platform = started;
  keyArn = await platform.keyOfCustomer();
  keyId = String((await platform.ask('POST /v1/keys', { body: { arn: keyArn } })).body.id);
});

afterAll(async () => {
  await platform?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Report {
  readonly response: { readonly statusCode: number; readonly body: string } | null;
  readonly failure: string | null;
}

async function called(key: string, event: unknown, settings: More['settings'] = {}): Promise<Report> {
  const child = fork(
    join(root, 'bench/cold-start/first-call-process.ts'),
    [join(folder, `${key}.mjs`), JSON.stringify(event)],
    {
      env: {
        ...platform.cloud.environment,
        RESTART_DRIVER: 'event',
        PATH: process.env.PATH,
        ...settings,
      },
      execArgv: ['--no-warnings'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  );
  const [reported] = (await once(child, 'message')) as [Report];
  await once(child, 'exit');
  return reported;
}

interface More extends Partial<ApiRequest> {
  readonly settings?: Readonly<Record<string, string | undefined>>;
}

async function responseTo(key: string, route: string, { settings, ...more }: More = {}) {
  const event = apiEvent(
    { teamId: platform.teamId, token: platform.tokens.teamToken },
    { route, params: { key: keyId }, ...more },
  );
  const { response, failure } = await called(key, event, settings);
  if (!response) throw new Error(`${key} failed: ${failure}`);
  return { status: response.statusCode, body: JSON.parse(response.body) };
}

describe('a bundle', () => {
  it('reads the table, and reports missing rows', async () => {
    expect(await responseTo('apiReads', 'GET /v1/keys/{key}')).toMatchObject({
      status: 200,
      body: { id: keyId, status: 'usable' },
    });

    const absent = { params: { key: 'key_01k9vafd3zq8w5n4m2xj7ht6ra' } };
    expect(await responseTo('apiReads', 'GET /v1/keys/{key}', absent)).toMatchObject({ status: 404 });
  });

  it('distinguishes a failed condition from a failed call, although few errors have a class', async () => {
    const body = { name: 'twice', tier: 'private' };

    expect(await responseTo('apiChanges', 'POST /v1/spaces', { body })).toMatchObject({ status: 201 });
    expect(await responseTo('apiChanges', 'POST /v1/spaces', { body })).toMatchObject({
      status: 409,
      body: { type: expect.stringMatching(/name_taken$/) },
    });
  });

  it('distinguishes KMS’s errors by their names: a disabled key from a key without permission', async () => {
    expect(await responseTo('apiKeys', 'POST /v1/keys/{key}/checks', { body: {} })).toMatchObject({
      body: { check: { verdict: 'usable' } },
    });

    await platform.kms('DisableKey', { KeyId: keyArn });
    const { body } = await responseTo('apiKeys', 'POST /v1/keys/{key}/checks', { body: {} });

    expect(body).toMatchObject({ check: { verdict: 'unusable', cause: 'key_disabled' } });

    await platform.kms('EnableKey', { KeyId: keyArn });
  });

  it('makes a database: a transaction, a sealed password, an event', async () => {
    const body = { name: 'bundled', plan: 'premium-7', app: 'example-app' };

    expect(await responseTo('apiDatabases', 'POST /v1/databases', { body })).toMatchObject({
      status: 202,
      body: { name: 'bundled' },
    });
    expect((await platform.ask('GET /v1/databases/bundled')).status).toBe(200);
    expect(platform.published.join()).toContain('DatabaseCreating');
  });

  it('reports every violation of the contract', async () => {
    const { status, body } = await responseTo('apiDatabases', 'POST /v1/databases', {
      body: { plan: 7, app: 'example-app', what: 1 },
    });

    expect(status).toBe(400);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(expect.arrayContaining(['/plan']));
  });

  it('describes the whole API as its source does', async () => {
    const { body } = await responseTo('apiService', 'GET /v1/openapi.json');
    expect(body).toEqual(JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8')));
  });

  it('takes its credentials from the environment, and from nowhere else', async () => {
    const file = join(folder, 'credentials');
    writeFileSync(file, '[default]\naws_access_key_id = LKIA210987654321\naws_secret_access_key = local\n');
    const settings = {
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_SHARED_CREDENTIALS_FILE: file,
    };

    expect(await responseTo('apiReads', 'GET /v1/keys/{key}', { settings })).toMatchObject({ status: 500 });
  });
});

describe('a bundle of the fleet', () => {
  const text = (key: string) => readFileSync(join(folder, `${key}.mjs`), 'utf8');

  it("has EC2's driver alone, and not the processes of one machine", () => {
    expect(text('apiServers')).toContain('"SendCommand"');
    expect(text('apiServers')).not.toMatch(/redis-server|child_process/);
  });

  it('has the operations that its function calls, and the clients of no others', () => {
    const found = (key: string, names: string[]) => names.filter((name) => text(key).includes(`"${name}"`));

    expect(found('apiServers', ['DescribeInstances', 'RunInstances', 'StopInstances'])).toEqual(['DescribeInstances']);
    const clients = ['EC2Client', 'SSMClient', 'S3Client', 'KMSClient'];
    expect(found('apiServers', clients)).toEqual(['EC2Client', 'SSMClient']);
    expect(found('apiKeys', clients)).toEqual(['KMSClient']);
  });

  it('is none where a function reaches no server', () => {
    for (const key of keys.filter((each) => each !== 'apiServers'))
      expect([key, text(key).includes('"DescribeInstances"')]).toEqual([key, false]);
  });
});
