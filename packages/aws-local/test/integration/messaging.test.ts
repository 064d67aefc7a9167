/** Queues and topics, whose own policies and keys decide together with the caller's policies. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { identityPolicies, serviceCaller } from '../../src/authorization/index.ts';
import { createKms } from '../../src/kms/index.ts';
import type { AwsError, Caller, ServiceEmulator } from '../../src/protocol.ts';
import { createSns, type Sns } from '../../src/sns/index.ts';
import { createSqs } from '../../src/sqs/index.ts';

const account = '111122223333';
const region = 'us-east-1';
const admin = { accountId: account, arn: `arn:aws:iam::${account}:user/admin` };
const stranger = { accountId: '999999999999', arn: 'arn:aws:iam::999999999999:user/admin' };
const rule = `arn:aws:events:${region}:${account}:rule/orders`;
const events = serviceCaller('events.amazonaws.com', rule);
const otherRule = serviceCaller('events.amazonaws.com', `arn:aws:events:${region}:999999999999:rule/orders`);
const role = (action: string): Caller => {
  const Statement = [{ Effect: 'Allow', Action: [action, 'kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*' }];
  const policies = identityPolicies([JSON.stringify({ Version: '2012-10-17', Statement })]);
  return { accountId: account, arn: `arn:aws:iam::${account}:role/worker`, sessionName: 's', policies };
};

const queueArn = `arn:aws:sqs:${region}:${account}:dead`;
const topicArn = `arn:aws:sns:${region}:${account}:operators`;
const QueueUrl = `https://sqs.${region}.amazonaws.com/${account}/dead`;
const allow = (Action: string, Resource: string, more = {}) => ({
  ...{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action, Resource, ...more },
});
const ofRules = { Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:events:${region}:${account}:rule/*` } } };
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

let dir: string;
let kms: ServiceEmulator;
let opened: { close(): Promise<void> }[];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'aws-local-messaging-'));
  kms = await createKms({ dir: join(dir, 'kms') });
  opened = [kms];
});
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
  rmSync(dir, { recursive: true, force: true });
});

const call = (service: ServiceEmulator, caller: Caller) => (operation: string, input: Record<string, unknown>) =>
  service.call({ operation, input, caller, region, requestId: 'test' }) as Promise<Record<string, unknown>>;
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: AwsError) => error.code,
  );

function aQueue(document: unknown, kmsKeyId: string | null = null): ServiceEmulator {
  const queues = [{ arn: queueArn, url: QueueUrl, policy: document, kmsKeyId }];
  const sqs = createSqs({ dir: join(dir, 'sqs'), queues, kms });
  opened.push(sqs);
  return sqs;
}

function aTopic(document: unknown, kmsKeyId: string | null = null): Sns {
  const sns = createSns({ dir: join(dir, 'sns'), topics: [{ arn: topicArn, policy: document, kmsKeyId }], kms });
  opened.push(sns);
  return sns;
}

async function aKey(...statements: object[]): Promise<string> {
  const own = { Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' };
  const Policy = JSON.stringify(policy(own, ...statements));
  const { KeyMetadata } = await call(kms, admin)('CreateKey', { Policy });
  return (KeyMetadata as { KeyId: string }).KeyId;
}

const send = (sqs: ServiceEmulator, caller: Caller) => call(sqs, caller)('SendMessage', { QueueUrl, MessageBody: 'm' });
const publish = (sns: Sns, caller: Caller) => call(sns, caller)('Publish', { TopicArn: topicArn, Message: 'm' });

describe('a queue', () => {
  it.each([
    { who: 'EventBridge for a rule of its account', caller: events, code: 'accepted' },
    { who: "EventBridge for another account's rule", caller: otherRule, code: 'AccessDenied' },
    { who: 'another service', caller: serviceCaller('s3.amazonaws.com', rule), code: 'AccessDenied' },
    { who: 'a role that may send', caller: role('sqs:SendMessage'), code: 'accepted' },
    { who: 'a role that may receive', caller: role('sqs:ReceiveMessage'), code: 'AccessDenied' },
    { who: "another account's administrator", caller: stranger, code: 'AccessDenied' },
    { who: "the account's administrator", caller: admin, code: 'accepted' },
  ])('responds to $who with $code', async ({ caller, code }) => {
    const sqs = aQueue(policy(allow('sqs:SendMessage', queueArn, ofRules)));

    expect(await refusal(send(sqs, caller))).toBe(code);
  });

  it('refuses its own administrator by an explicit deny, and every service without a policy', async () => {
    const denied = aQueue(policy({ ...allow('sqs:*', queueArn), Effect: 'Deny', Principal: '*' }));
    expect(await refusal(send(denied, admin))).toBe('AccessDenied');

    expect(await refusal(send(aQueue(null), events))).toBe('AccessDenied');
  });

  it('under a key needs the key for the sender too', async () => {
    const closed = aQueue(policy(allow('sqs:SendMessage', queueArn)), await aKey());
    expect(await refusal(send(closed, events))).toBe('KMS.AccessDeniedException');
    expect(await refusal(send(closed, role('sqs:SendMessage')))).toBe('accepted');

    const admits = { ...allow('kms:GenerateDataKey', '*'), Action: ['kms:GenerateDataKey', 'kms:Decrypt'] };
    const open = aQueue(policy(allow('sqs:SendMessage', queueArn)), await aKey(admits));
    expect(await refusal(send(open, events))).toBe('accepted');
  });

  it('hides a received message for a while, and keeps it over a restart until it is deleted', async () => {
    const sqs = aQueue(null);
    await send(sqs, admin);
    const receive = async (from: ServiceEmulator) =>
      ((await call(from, admin)('ReceiveMessage', { QueueUrl })).Messages ?? []) as { ReceiptHandle: string }[];
    expect(await receive(sqs)).toMatchObject([{ Body: 'm' }]);
    expect(await receive(sqs)).toEqual([]);

    const again = aQueue(null);
    const [message] = await receive(again);
    await call(again, admin)('DeleteMessage', { QueueUrl, ReceiptHandle: message?.ReceiptHandle });

    const { Attributes } = await call(again, admin)('GetQueueAttributes', { QueueUrl });
    expect(Attributes).toEqual({ QueueArn: queueArn, ApproximateNumberOfMessages: '0' });
    expect(await call(again, admin)('GetQueueUrl', { QueueName: 'dead' })).toEqual({ QueueUrl });
    expect(await receive(aQueue(null))).toEqual([]);
  });

  it('refuses an empty message, another queue and another operation', async () => {
    const sqs = aQueue(null);

    expect(await refusal(call(sqs, admin)('SendMessage', { QueueUrl, MessageBody: '' }))).toBe('MissingParameter');
    const missing = 'AWS.SimpleQueueService.NonExistentQueue';
    expect(await refusal(call(sqs, admin)('SendMessage', { QueueUrl: 'https://x/y', MessageBody: 'm' }))).toBe(missing);
    expect(await refusal(call(sqs, admin)('CreateQueue', {}))).toBe('UnknownOperationException');
  });
});

describe('a topic', () => {
  it('accepts callers that its policy and the policy of its key allow', async () => {
    const admitted = policy(allow('sns:Publish', topicArn));
    expect(await refusal(publish(aTopic(null), events))).toBe('AuthorizationError');
    expect(await refusal(publish(aTopic(admitted, await aKey()), events))).toBe('KMS.AccessDeniedException');

    const sns = aTopic(admitted);
    expect(await refusal(publish(sns, events))).toBe('accepted');
    expect(sns.published()).toMatchObject([{ topicArn, message: 'm', subject: null }]);
    expect(aTopic(admitted).published()).toEqual(sns.published());
  });

  it('refuses an empty message and a topic that does not exist', async () => {
    const sns = aTopic(null);

    expect(await refusal(call(sns, admin)('Publish', { TopicArn: topicArn, Message: '' }))).toBe('InvalidParameter');
    expect(await refusal(call(sns, admin)('Publish', { TopicArn: `${topicArn}2`, Message: 'm' }))).toBe('NotFound');
  });
});
