/**
 * Early warnings of a key without databases, of which only its contacts are told: its deletion is told once, withdrawn
 * once, and stands in the timeline and on the bus.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';

let platform: Platform;
let arn: string;
let key: string;
const contacts = ['security@example.com', 'oncall@example.com'];

beforeAll(async () => {
  platform = await aPlatform();
  arn = await platform.keyOfCustomer();
  key = (await platform.ask<{ id: string }>('POST /v1/keys', { body: { arn } })).body.id;
  for (const email of contacts) await platform.ask(`POST /v1/keys/${key}/contacts`, { body: { email } });
});
afterAll(() => platform.close());

const mailsTo = async (address: string) =>
  (await platform.mails()).filter(({ destination }) => destination.to.includes(address)).map(({ subject }) => subject);
const warnings = async () =>
  (await platform.entries()).filter(({ type }) => type.startsWith('KeyWarning')).map(({ type, data }) => [type, data]);

describe('a deletion', () => {
  it('is told once to each contact, however often the key is checked', async () => {
    await platform.kms('ScheduleKeyDeletion', { KeyId: arn, PendingWindowInDays: 30 });

    for (const address of contacts)
      await until(`${address} is warned`, async () => (await mailsTo(address)).length > 0);
    for (let times = 0; times < 3; times++) await platform.ask(`POST /v1/keys/${key}/checks`);

    for (const address of contacts)
      expect(await mailsTo(address)).toEqual([expect.stringMatching(/^\[Latchkey [0-9a-f]{8}\] key is deleted in /)]);
    expect(await warnings()).toMatchObject([['KeyWarningRaised', { arn, warning: 'deletion' }]]);
    expect(platform.published.some((event) => event.includes('KeyWarningRaised'))).toBe(true);
  });

  it('that is cancelled is withdrawn once', async () => {
    await platform.kms('CancelKeyDeletion', { KeyId: arn });

    for (const address of contacts) await until(`${address} is told`, async () => (await mailsTo(address)).length > 1);
    for (let times = 0; times < 3; times++) await platform.ask(`POST /v1/keys/${key}/checks`);

    for (const address of contacts)
      expect((await mailsTo(address)).slice(1)).toEqual([expect.stringContaining('the key is not deleted')]);
    expect((await warnings()).map(([type]) => type)).toEqual(['KeyWarningRaised', 'KeyWarningWithdrawn']);
  });
});
