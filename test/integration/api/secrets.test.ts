/** No secret of a whole journey appears in logs, events, mails, pages, rows, executions or refusals. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { type Journey, journey } from './secret-journey.ts';

let platform: Platform;
let recorded: Journey;
/** Each secret as text, in base64 and in hexadecimal digits. */
let forms: string[];

beforeAll(async () => {
  platform = await aPlatform();
  recorded = await journey(platform);
  const bytes = [
    ...recorded.secrets.map((text) => Buffer.from(text)),
    ...[...recorded.plaintexts].map((text) => Buffer.from(text, 'base64')),
  ];
  const encoded = bytes.flatMap((each) => [
    each.toString('base64').replace(/=+$/, ''),
    each.toString('base64url'),
    each.toString('hex'),
  ]);
  forms = [...new Set([...recorded.secrets, ...encoded])];
});
afterAll(() => platform.close());

const leaksIn = (texts: readonly string[]): string[] =>
  texts
    .filter((text) => /rediss?:\/\//.test(text) || forms.some((form) => text.includes(form)))
    .map((text) => text.slice(0, 300));

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
        JSON.stringify(
          await platform.aws(platform.cloud.states, 'GetExecutionHistory', {
            executionArn,
            includeExecutionData: true,
          }),
        ),
      );
    }
  }
  return texts;
}

describe('no password, token, secret of a session, data key, config var or URL of a database is', () => {
  it('known to be one by mistake: they are all long enough to search for', () => {
    expect(new Set(recorded.secrets).size).toBeGreaterThan(16);
    expect(recorded.plaintexts.size).toBeGreaterThan(9);
    for (const form of forms) expect(form.length).toBeGreaterThan(15);
  });

  it('found where it must be found, so that the search can find', async () => {
    const { body } = await platform.ask('GET /v1/apps/your-app-name/config-vars');
    expect(leaksIn([JSON.stringify(body)])).toHaveLength(1);
    expect(leaksIn([`{"Plaintext":"${[...recorded.plaintexts][0]}"}`])).toHaveLength(1);
  });

  it('in a list or on a page that a signed-in person reads', () => {
    expect(recorded.pages.some((page) => page.startsWith('<!'))).toBe(true);
    expect(leaksIn(recorded.pages)).toEqual([]);
  });

  it('in a refusal', () => {
    expect(recorded.errors.length).toBeGreaterThan(14);
    expect(leaksIn(recorded.errors)).toEqual([]);
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
    const { Items } = await platform.aws(platform.cloud.dynamodb, 'Scan', {
      TableName: platform.cloud.environment.TABLE_NAME,
    });
    const rows = (Items as { sk: { S: string } }[])
      .filter(({ sk }) => !sk.S.startsWith('APP#'))
      .map((row) => JSON.stringify(row));

    expect(rows.length).toBeGreaterThan(20);
    expect(leaksIn(rows)).toEqual([]);
  });
});
