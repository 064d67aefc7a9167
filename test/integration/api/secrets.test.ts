import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import { aServingDatabase, type DatabaseAnswer, inStatus, lockoutIn, urlsOf } from './given.ts';

// One whole story, with a failure in it, and then everything that was written about it is searched.
let platform: Platform;
const secrets: string[] = [];
beforeAll(async () => {
  platform = await aPlatform();
  const key = await platform.keyOfCustomer();
  const database = await aServingDatabase(platform, { key, name: 'told-db' });
  const { url, tlsUrl } = await urlsOf(platform, database.id);
  const { body } = await platform.ask<{ token: string }>('POST /v1/tokens', { token: platform.tokens.adminToken, body: { name: 'ci' } });
  await platform.ask('PATCH /v1/apps/your-app-name/config-vars', { body: { API_KEY: 'p4ssw0rd-of-the-app' } });
  secrets.push(new URL(url).password, new URL(tlsUrl).password, body.token, platform.tokens.teamToken, platform.tokens.adminToken);
  secrets.push('p4ssw0rd-of-the-app');

  await platform.kms('DisableKey', { KeyId: key });
  const { id } = await lockoutIn(platform, key, 'stopped');
  await platform.ask('GET /v1/databases/told-db/credentials');
  await platform.kms('EnableKey', { KeyId: key });
  await lockoutIn(platform, key, 'restored');
  await until('the last mail', async () => (await platform.mails()).filter(({ body: mail }) => mail.text?.includes(id)).length === 3);
  await platform.ask('POST /v1/apps', { raw: `{"broken ${platform.tokens.teamToken}` });

  const doomed = await platform.keyOfCustomer();
  await platform.ask('POST /v1/keys', { body: { arn: doomed } });
  platform.cloud.kms.simulate(doomed, 'material_expired');
  const made = await platform.ask<DatabaseAnswer>('POST /v1/databases', {
    body: { name: 'doomed-db', plan: 'private-7', app: 'your-app-name', encryptionKey: doomed },
  });
  if (made.status === 202) await inStatus(platform, made.body.id, 'failed');
  await platform.ask('DELETE /v1/databases/told-db?confirm=told-db');
  await until('it is gone', async () => (await platform.ask('GET /v1/databases/told-db')).status === 404);
});
afterAll(() => platform.close());

const leaksIn = (texts: readonly string[]): string[] =>
  texts.filter((text) => /rediss?:\/\//.test(text) || secrets.some((secret) => text.includes(secret))).map((text) => text.slice(0, 300));

interface Execution {
  readonly executionArn: string;
}
async function everyExecution(): Promise<string[]> {
  const texts: string[] = [];
  for (const { arn } of platform.cloud.stack.machines) {
    const listed = await platform.aws(platform.cloud.states, 'ListExecutions', { stateMachineArn: arn });
    for (const { executionArn } of listed.executions as Execution[]) {
      texts.push(JSON.stringify(await platform.aws(platform.cloud.states, 'DescribeExecution', { executionArn })));
      texts.push(
        JSON.stringify(await platform.aws(platform.cloud.states, 'GetExecutionHistory', { executionArn, includeExecutionData: true })),
      );
    }
  }
  return texts;
}

describe('no password, token, config var or URL of a database is', () => {
  it('known to be one by mistake: they are all long enough to search for', () => {
    expect(secrets.length).toBe(6);
    for (const secret of secrets) expect(secret.length).toBeGreaterThan(15);
  });

  it('in a timeline entry', async () => {
    const entries = (await platform.entries()).map((entry) => JSON.stringify(entry));
    expect(entries.length).toBeGreaterThan(15);
    expect(leaksIn(entries)).toEqual([]);
  });

  it('in an event', () => {
    expect(platform.published.length).toBeGreaterThan(15);
    expect(leaksIn(platform.published)).toEqual([]);
  });

  it('in a mail', async () => {
    const mails = (await platform.mails()).map((mail) => JSON.stringify(mail));
    expect(mails.length).toBeGreaterThan(2);
    expect(leaksIn(mails)).toEqual([]);
  });

  it('in a log line', () => {
    expect(platform.logged.filter((line) => line.includes('A request was answered')).length).toBeGreaterThan(10);
    expect(leaksIn(platform.logged)).toEqual([]);
  });

  it('in the input, output or history of an execution', async () => {
    const executions = await everyExecution();
    expect(executions.length).toBeGreaterThan(6);
    expect(leaksIn(executions)).toEqual([]);
  });

  it('in the table, save the app’s own config var', async () => {
    const { Items } = await platform.aws(platform.cloud.dynamodb, 'Scan', { TableName: platform.cloud.environment.TABLE_NAME });
    const rows = (Items as { sk: { S: string } }[]).filter(({ sk }) => !sk.S.startsWith('APP#')).map((row) => JSON.stringify(row));
    expect(rows.length).toBeGreaterThan(20);
    expect(leaksIn(rows)).toEqual([]);
  });
});
