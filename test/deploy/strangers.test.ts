/**
 * Another account's events, under the packaged policy of the bus and the packaged patterns, on the local EventBridge.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BusEvent, createEventBridge, type EventBridge } from 'aws-local/event-bridge';
import { accessKey, callerOf, customerAccount, platformAccount, region } from '#local/accounts.ts';
import { resolveIntrinsics } from '#local/stack/intrinsics.ts';
import { physicalsOf } from '#local/stack/physicals.ts';
import { parseTemplate } from '#local/stack/template.ts';
import { all, resources, templateText } from './packaged.ts';

const arn = `arn:aws:events:${region}:${platformAccount}:event-bus/latchkey-test`;
const place = { stackName: 'latchkey-test', accountId: platformAccount, region, apiUrl: '', keyIds: {} };
const physicals = physicalsOf(parseTemplate(templateText), place);
const resolved = (value: unknown) => resolveIntrinsics(value, physicals);

const patterns = all('AWS::Events::Rule').flatMap(
  ([
    name,
    {
      Properties: { EventPattern },
    },
  ]) => (EventPattern ? [{ name, pattern: resolved(EventPattern) as { source: string[]; account?: string[] } }] : []),
);
const targetOf = (name: string) => `arn:aws:lambda:${region}:${platformAccount}:function:${name}`;

let dir: string;
let events: EventBridge;
const delivered: { targetArn: string; event: BusEvent }[] = [];

/** `open` accepts every event, so that only the patterns decide. */
async function start(policy: unknown): Promise<EventBridge> {
  const rules = patterns.map(({ name, pattern }) => ({
    name,
    busArn: arn,
    pattern,
    targets: [{ arn: targetOf(name) }],
  }));
  const deliver = async (targetArn: string, event: BusEvent) => void delivered.push({ targetArn, event });
  return createEventBridge({ dir, buses: [{ arn, name: 'latchkey-test', policy }], rules, deliver });
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'latchkey-strangers-'));
  events = await start(resolved(resources.Bus?.Properties.Policy));
});
afterAll(async () => {
  await events.close();
  await rm(dir, { recursive: true, force: true });
});

const stranger = '999999999999';
const call = (operation: string, input: Record<string, unknown>, account = stranger) =>
  events.call({ operation, input, caller: callerOf(accessKey(account)), region, requestId: 'test' });

async function put(Source: string, account = stranger): Promise<string | undefined> {
  const Entries = [{ EventBusName: arn, Source, DetailType: 'LockoutOpened', Detail: '{}' }];
  return ((await call('PutEvents', { Entries }, account)) as { Entries: { ErrorCode?: string }[] }).Entries[0]
    ?.ErrorCode;
}

describe("a stranger's events", () => {
  it.each(['latchkey', 'latchkey.effects', 'my.app'])(
    'of the source %s are refused by the packaged policy',
    async (source) => {
      expect(await put(source)).toBe('AccessDeniedException');
      expect(await put(source, platformAccount)).toBeUndefined();
    },
  );

  it('are let in when KMS wrote them and a rule forwards them, and no other ones are', async () => {
    await call('PutRule', { Name: 'all', EventPattern: JSON.stringify({ account: [stranger] }) });
    await call('PutTargets', { Rule: 'all', Targets: [{ Id: 'bus', Arn: arn }] });
    const event = {
      ...{ version: '0', id: 'e1', 'detail-type': 'KMS CMK Rotation', source: 'aws.kms', account: stranger },
      ...{ time: '2026-03-01T12:00:00Z', region, resources: [], detail: {} },
    };
    delivered.length = 0;
    await events.put({ ...event, source: 'aws.s3', id: 'e2' });
    await events.put(event);

    const foreign = () => delivered.filter(({ event }) => event.account === stranger);
    while (foreign().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));

    expect(foreign().map(({ event: { id } }) => id)).toEqual(['e1']);
  });

  it('would match no pattern on our own sources either', async () => {
    await events.close();
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: arn }];
    events = await start({ Version: '2012-10-17', Statement });
    delivered.length = 0;
    for (const DetailType of ['LockoutOpened', 'DatabasesHeld', 'KeyCheckUnanswered', 'EffectDue'])
      for (const Source of ['latchkey', 'latchkey.effects'])
        await call('PutEvents', { Entries: [{ EventBusName: arn, Source, DetailType, Detail: '{}' }] });
    const ours = { EventBusName: arn, Source: 'latchkey.effects', DetailType: 'EffectDue', Detail: '{}' };
    await call('PutEvents', { Entries: [ours] }, platformAccount);

    while (delivered.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));

    expect(delivered.map(({ event }) => event.account)).toEqual([platformAccount]);
  });
});

describe('the packaged patterns', () => {
  it("match the account, except those for news of customers' keys", () => {
    const open = patterns.filter(
      ({ pattern }) => JSON.stringify(pattern.account) !== JSON.stringify([platformAccount]),
    );

    expect(open.map(({ pattern }) => pattern.source)).toEqual([['aws.kms']]);
    expect(customerAccount).not.toBe(platformAccount);
  });
});
