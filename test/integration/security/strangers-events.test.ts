/**
 * Events of a foreign account: an account that is not a customer puts and forwards events to the platform's bus, under
 * the deployed policy and patterns. It can send only KMS's events about its own keys.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accessKey, callerOf, platformAccount, region } from '#local/accounts.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

const stranger = '999999999999';
const bus = () => platform.cloud.stack.buses[0]?.arn ?? '';
const asStranger = (operation: string, input: Record<string, unknown>) =>
  platform.cloud.events.call({ operation, input, caller: callerOf(accessKey(stranger)), region, requestId: 'test' });

const putBy = async (Source: string, DetailType: string) => {
  const Entries = [{ EventBusName: bus(), Source, DetailType, Detail: '{"id":"out_1"}' }];
  const { Entries: responses } = (await asStranger('PutEvents', { Entries })) as { Entries: { ErrorCode?: string }[] };
  return responses[0]?.ErrorCode;
};

describe("a stranger's events", () => {
  it.each([
    ['latchkey', 'LockoutOpened'],
    ['latchkey', 'KeyCheckUnanswered'],
    ['latchkey.effects', 'EffectDue'],
    ['my.app', 'Thing'],
  ])('of the source %s are refused: %s', async (source, detailType) => {
    expect(await putBy(source, detailType)).toBe('AccessDeniedException');
  });

  it('cannot claim to be of KMS', async () => {
    expect(await putBy('aws.kms', 'AWS API Call via CloudTrail')).toBe('NotAuthorizedForSourceException');
  });

  it('reach no rule on our own sources, even through a bus that admits them', () => {
    const own = platform.cloud.stack.rules.filter(({ pattern }) => !JSON.stringify(pattern).includes('"aws.kms"'));
    expect(own.length).toBeGreaterThan(0);
    for (const { pattern } of own) expect(pattern).toMatchObject({ account: [platformAccount] });
  });
});
