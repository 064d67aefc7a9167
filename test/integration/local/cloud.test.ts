/** The local cloud's deployment and its isolation from AWS. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DescribeKeyCommand, GetKeyRotationStatusCommand, KMSClient } from '@aws-sdk/client-kms';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accessKey, customerAccount, platformAccount } from '#local/accounts.ts';
import { type Cloud, startCloud } from '#local/cloud.ts';
import { seed } from '#local/seed.ts';
import { writeShell } from '#local/shell.ts';

const dir = mkdtempSync(join(tmpdir(), 'latchkey-cloud-'));
const ports = { api: 0, aws: 0, inbox: 0, databases: 26_379 };
Object.assign(process.env, { AWS_PROFILE: 'real', AWS_ENDPOINT_URL_KMS: 'https://kms.example.com' });
const before = { ...process.env };
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ dir, ports, speed: 60 });
}, 20_000);
afterAll(async () => {
  await cloud.close();
  rmSync(dir, { recursive: true });
});

const client = () => ({
  endpoint: cloud.urls.aws,
  region: 'us-east-1',
  credentials: { accessKeyId: accessKey(platformAccount), secretAccessKey: 'x' },
});

describe('the local cloud', () => {
  it('serves the API of serverless.yml', async () => {
    expect((await fetch(`${cloud.urls.api}/v1/health`)).status).toBe(200);
    expect((await fetch(`${cloud.urls.api}/v1/keys`)).status).toBe(401);
  });

  it('refuses an unknown path below /v1: API Gateway with 401 without a token, the function with 404', async () => {
    const { teamToken } = await seed(cloud);
    const unknown = (headers: Record<string, string>) => fetch(`${cloud.urls.api}/v1/nothing`, { headers });

    const known = await unknown({ authorization: `Bearer ${teamToken}` });
    expect(known.status).toBe(404);
    expect(await known.json()).toMatchObject({ status: 404, detail: expect.stringMatching(/openapi/) });

    expect((await unknown({})).status).toBe(401);
  });

  it('shows the inbox', async () => {
    expect((await fetch(`${cloud.urls.inbox}/store`)).status).toBe(200);
  });

  it('has deployed the table, the machines and the rotating key behind its alias', async () => {
    const kms = new KMSClient(client());
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: cloud.environment.PLATFORM_KEY_ARN }));
    const { KeyRotationEnabled } = await kms.send(new GetKeyRotationStatusCommand({ KeyId: KeyMetadata?.KeyId }));
    const { stateMachines } = await new SFNClient(client()).send(new ListStateMachinesCommand({}));

    expect(KeyMetadata).toMatchObject({ AWSAccountId: platformAccount, KeyState: 'Enabled' });
    expect(KeyRotationEnabled).toBe(true);
    expect((await new DynamoDBClient(client()).send(new ListTablesCommand({}))).TableNames).toEqual([
      cloud.environment.TABLE_NAME,
    ]);
    expect(stateMachines?.map((each) => each.stateMachineArn)).toContain(cloud.environment.KEY_SHUTDOWN_MACHINE_ARN);
  });

  it("keeps the functions from any real account: the endpoint and the keys are this cloud's", () => {
    expect(process.env).toMatchObject({
      AWS_ENDPOINT_URL: cloud.urls.aws,
      AWS_ACCESS_KEY_ID: accessKey(platformAccount),
    });
    expect(process.env).not.toHaveProperty('AWS_PROFILE');
    expect(process.env).not.toHaveProperty('AWS_ENDPOINT_URL_KMS');
  });

  it('refuses a second start on the same folder, naming the process, and leaves the first alone', async () => {
    await expect(startCloud({ dir, ports, speed: 1 })).rejects.toThrow(`process ${process.pid}`);
    expect((await fetch(`${cloud.urls.api}/v1/health`)).status).toBe(200);
  });

  it('names the port that is taken, and leaves nothing open then', async () => {
    const other = mkdtempSync(join(tmpdir(), 'latchkey-cloud-'));
    const taken = Number(new URL(cloud.urls.api).port);

    await expect(startCloud({ dir: other, ports: { ...ports, api: taken }, speed: 1 })).rejects.toThrow(
      `Port ${taken} is taken, and the API needs it`,
    );
    await expect(startCloud({ dir: other, ports: { ...ports, api: taken }, speed: 1 })).rejects.toThrow(
      `Port ${taken} is taken`,
    );
    rmSync(other, { recursive: true });
  });

  it('writes a file to source that only its owner reads, with the customer as the caller', () => {
    writeShell(cloud, { teamToken: "it's", adminToken: 'admin' });
    const shell = (command: string) =>
      spawnSync('bash', ['-euc', `source "$0/env"; ${command}`, dir], {
        encoding: 'utf8',
        env: { PATH: before.PATH ?? '' },
      }).stdout.trim();

    expect(statSync(join(dir, 'env')).mode & 0o777).toBe(0o600);
    expect(shell('echo $LATCHKEY_URL $AWS_ACCOUNT_ID $HEROKU_DATA_ACCOUNT_ID $HEROKU_DATA_HOST')).toBe(
      `${cloud.urls.api} ${customerAccount} ${platformAccount} 127.0.0.1`,
    );
    expect(shell('echo $LATCHKEY_TOKEN')).toBe("it's");
    expect(shell('source "$0/env"; echo $PATH')).toBe(`${join(dir, 'bin')}:${before.PATH}`);
    expect(shell('command -v aws')).toBe(join(dir, 'bin', 'aws'));
  });

  it('closes everything, and keeps its keys and its state for the next start', async () => {
    const keys = readFileSync(join(dir, 'keys.json'), 'utf8');

    expect(await cloud.close()).toEqual([]);
    await expect(fetch(`${cloud.urls.api}/v1/health`)).rejects.toThrow();
    await expect(fetch(cloud.urls.aws)).rejects.toThrow();
    expect(process.env).toEqual(before);
    expect(JSON.parse(keys)).toHaveProperty('PlatformKey');
  });
});
