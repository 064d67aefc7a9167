/** Accounts, addresses and events that the tests of EventBridge share. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { customerAccount, platformAccount, region } from '#local/accounts.ts';
import type { BusEvent } from '#local/event-bridge/event-bridge.ts';

export const stranger = '999999999999';
export const platformBus = `arn:aws:events:${region}:${platformAccount}:event-bus/latchkey`;
export const handler = `arn:aws:lambda:${region}:${platformAccount}:function:on-key-changed`;
export const customerFunction = `arn:aws:lambda:${region}:${customerAccount}:function:mine`;

export const until = async (happened: () => boolean | Promise<boolean>) => {
  while (!(await happened())) await new Promise((resolve) => setTimeout(resolve, 5));
};

export const keyDisabled = (account: string): BusEvent => ({
  version: '0',
  id: '11111111-2222-4333-8444-555555555555',
  'detail-type': 'AWS API Call via CloudTrail',
  source: 'aws.kms',
  account,
  time: '2026-03-01T12:00:00Z',
  region,
  resources: [],
  detail: { eventSource: 'kms.amazonaws.com', eventName: 'DisableKey' },
});
export const forwardKms = async (client: EventBridgeClient) => {
  await client.send(new PutRuleCommand({ Name: 'forward', EventPattern: JSON.stringify({ source: ['aws.kms'] }) }));
  return await client.send(new PutTargetsCommand({ Rule: 'forward', Targets: [{ Id: 'bus', Arn: platformBus }] }));
};
export const entry = (more = {}) => ({ Source: 'my.app', DetailType: 'Thing', Detail: '{"a":1}', ...more });

/** The deliveries given up on, oldest first. */
export async function deadLettersIn(dir: string) {
  const lines = await readFile(join(dir, 'dead-letters.jsonl'), 'utf8').catch(() => '');
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
