/** The schedule of daily backups, and their retention. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { accessKey, callerOf, platformAccount, region } from '#local/accounts.ts';
import { aPlatform, type Platform, pagesOf } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import { aServingDatabase, type DatabaseResponse } from './preconditions.ts';

let platform: Platform;
let database: DatabaseResponse;
beforeAll(async () => {
  platform = await aPlatform();
  database = await aServingDatabase(platform, { key: await platform.keyOfCustomer(), name: 'daily' });
});
afterAll(async () => {
  delete process.env.BACKUP_KEEP_COUNT;
  await platform.close();
});

interface Listed {
  readonly id: string;
  readonly trigger: string;
  readonly status: string;
}
const backups = (of = database.id) => pagesOf<Listed>(platform.ask, `/v1/databases/${of}/backups`);
const machineArn = () => platform.cloud.environment.DAILY_BACKUPS_MACHINE_ARN ?? '';
const states = (operation: string, input: Record<string, unknown>) =>
  platform.cloud.states.call({
    operation,
    input,
    caller: callerOf(accessKey(platformAccount)),
    region,
    requestId: 'test',
  });

/** Sends the event of the schedule's rule of that day, and waits until its visit is complete. */
async function visitOf(day: string): Promise<void> {
  await platform.scheduled('onBackupSchedule', new Date(`2030-01-${day}T03:17:00Z`));
  const executionArn = `${machineArn().replace(':stateMachine:', ':execution:')}:daily-2030-01-${day}T03-17-00Z`;
  await until(`the visit of ${day} is over`, async () => {
    const { status } = (await states('DescribeExecution', { executionArn })) as { status: string };
    if (status === 'FAILED') throw new Error('the visit failed');
    return status === 'SUCCEEDED';
  });
  await until('no backup is pending', async () => (await backups()).every(({ status }) => status !== 'pending'));
}

describe('the daily visit', () => {
  it('backs up every database once, also when the schedule’s event comes twice', async () => {
    await visitOf('01');
    await visitOf('01');
    expect(await backups()).toMatchObject([{ trigger: 'schedule', status: 'available' }]);
  });

  it('keeps the newest ones, records each removal, and leaves backups on request', async () => {
    await platform.ask('POST /v1/databases/daily/backups');
    process.env.BACKUP_KEEP_COUNT = '2';
    for (const day of ['02', '03', '04']) await visitOf(day);

    const kept = await backups();

    expect(kept.filter(({ trigger }) => trigger === 'request')).toHaveLength(1);
    expect(kept.filter(({ trigger }) => trigger === 'schedule').length).toBeLessThanOrEqual(3);

    const removed = (await platform.entries()).filter(({ type }) => type === 'BackupRemoved');
    expect(removed.length).toBeGreaterThanOrEqual(1);
    for (const { subject } of removed) expect(kept.map(({ id }) => id)).not.toContain(subject.backupId);
  });

  it('keeps coming for a database that no longer exists, until its backups’ days are over', async () => {
    const keepDays = process.env.BACKUP_KEEP_DAYS;
    process.env.BACKUP_KEEP_DAYS = '0.000001';
    const short = await aServingDatabase(platform, { key: await platform.keyOfCustomer(), name: 'short' });
    const { body } = await platform.ask('POST /v1/databases/short/backups');
    await until('it is taken', async () => (await backups(short.id)).every(({ status }) => status === 'available'));
    process.env.BACKUP_KEEP_DAYS = keepDays;
    await platform.ask('DELETE /v1/databases/short?confirm=short');

    await until('short is gone', async () => (await platform.ask('GET /v1/databases/short')).status === 404);

    expect(await backups(short.id)).toMatchObject([{ id: body.id }]);

    await visitOf('05');
    expect(await platform.ask(`GET /v1/databases/${short.id}/backups`)).toBeProblem('not_found');
  });
});
