/**
 * Where the packaged rules send events: to functions, the operators' topic, and what failed to the dead-letter queue.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { deadLetters, put } from '#test/support/dead-letters.ts';
import { withoutRight } from '#test/support/template.ts';
import { until } from '#test/support/when.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform({ change: (template) => withoutRight(template, 'onForkWatch', 'table:read') });
});
afterAll(() => platform.close());

describe('an event of the platform', () => {
  it('that operators must know of is published to their topic', async () => {
    await put(platform, 'latchkey', 'DatabaseFailed');

    const [notification] = await until('a notification', () => {
      const published = platform.cloud.sns.published();
      return published.length > 0 && published;
    });
    expect(JSON.parse(notification?.message ?? '')).toMatchObject({ source: 'latchkey', detail: { id: 'out_1' } });
  });

  it('of a failed execution is published to them too', async () => {
    const { cloud, aws } = platform;
    const stateMachineArn = cloud.stack.machines.find(({ name }) => name.endsWith('daily-backups'))?.arn;
    // Without the run's name, the map has no input.
    const failed = await aws(cloud.states, 'StartExecution', { stateMachineArn, input: '{}' });

    const alarm = await until('a notification', () =>
      cloud.sns.published().find(({ message }) => message.includes(String(failed.executionArn))),
    );
    expect(JSON.parse(alarm.message)).toMatchObject({ source: 'aws.states', detail: { status: 'FAILED' } });
  });

  it("on which a function fails goes to the function's dead-letter queue, sent by its role", async () => {
    const letter = await until('a dead letter', async () => (await deadLetters(platform))[0]);

    expect(letter.event).toMatchObject({ 'detail-type': 'Scheduled Event' });
    expect(letter.attributes).toMatchObject({
      ErrorCode: '200',
      ErrorMessage: expect.stringContaining('AccessDenied'),
    });
  });
});
