/**
 * An EventBridge on a temporary folder with the SDK's clients in front of it, and the accounts, addresses and events of
 * its tests.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { type BusEvent, createEventBridge } from '../../src/event-bridge/event-bridge.ts';
import { accessKey, customerAccount, platformAccount, region } from '../../test-support/accounts.ts';
import { serve } from './json-service.ts';

export const stranger = '999999999999';
export const platformBus = `arn:aws:events:${region}:${platformAccount}:event-bus/shop`;
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
async function deadLettersIn(dir: string) {
  const lines = await readFile(join(dir, 'dead-letters.jsonl'), 'utf8').catch(() => '');
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

export type World = Awaited<ReturnType<typeof aWorld>>;

export async function aWorld() {
  const dir = await mkdtemp(join(tmpdir(), 'event-bridge-'));
  const delivered: { targetArn: string; event: BusEvent }[] = [];
  const failing = { times: 0 };
  const deliver = async (targetArn: string, event: BusEvent) => {
    if (failing.times > 0) {
      failing.times -= 1;
      throw new Error('not now');
    }
    delivered.push({ targetArn, event });
  };
  const open = async (retryDelaysMs: readonly number[] = [5, 5]) => {
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: customerAccount },
      Action: 'events:PutEvents',
      Resource: platformBus,
    };
    const buses = [{ arn: platformBus, name: 'shop', policy: { Version: '2012-10-17', Statement: [statement] } }];
    const rules = [
      { name: 'key-changed', busArn: platformBus, pattern: { source: ['aws.kms'] }, targets: [{ arn: handler }] },
    ];
    const eventBridge = await createEventBridge({ dir, retryDelaysMs, buses, rules, deliver });
    const service = await serve(eventBridge);
    const clients: EventBridgeClient[] = [];
    const clientOf = (accountId: string) => {
      const credentials = { accessKeyId: accessKey(accountId), secretAccessKey: 'x' };
      const client = new EventBridgeClient({ endpoint: service.url, region, maxAttempts: 1, credentials });
      clients.push(client);
      return client;
    };
    const close = async () => {
      for (const client of clients) client.destroy();
      await service.close();
      await eventBridge.close();
    };
    return { eventBridge, clientOf, customer: clientOf(customerAccount), platform: clientOf(platformAccount), close };
  };
  const world = {
    ...(await open()),
    delivered,
    /** How many of the next deliveries fail. */
    failing,
    async restart(retryDelaysMs?: readonly number[]) {
      await world.close();
      Object.assign(world, await open(retryDelaysMs));
    },
    async end() {
      await world.close();
      await rm(dir, { recursive: true });
    },
    deadLetters: () => deadLettersIn(dir),
  };
  return world;
}
