/**
 * SNS: topics that are declared at the start, with their policies and the keys that encrypt them. What is published is
 * kept, for a reader in this process. Does not: create topics, subscribe, deliver, filter or forget; encrypt messages
 * at rest (KMS only authorises it). Source: SNS API reference; SNS developer guide, "Key management".
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { assertAllowedOn, type ResourcePolicy, resourcePolicy } from '../authorization/resource-policy.ts';
import { assertKeyUsable } from '../encrypted-resource.ts';
import { readJournal, startJournal } from '../journal.ts';
import { AwsError, type Call, type ServiceEmulator, unknownOperation } from '../protocol.ts';

export interface DeclaredTopic {
  readonly arn: string;
  /** The document of its resource policy; null without one. */
  readonly policy: unknown;
  /** The key that encrypts its messages; null for none. */
  readonly kmsKeyId: string | null;
}

export interface Notification {
  readonly topicArn: string;
  readonly messageId: string;
  readonly subject: string | null;
  readonly message: string;
}

export interface SnsOptions {
  readonly dir: string;
  readonly topics: readonly DeclaredTopic[];
  /** Authorises the use of the keys of encrypted topics. */
  readonly kms: Pick<ServiceEmulator, 'call'>;
}

export interface Sns extends ServiceEmulator {
  /** Everything that was published, oldest first. */
  published(): readonly Notification[];
}

type Topic = DeclaredTopic & { readonly document: ResourcePolicy };

const longestMessage = 262_144;

export function createSns({ dir, topics: declared, kms }: SnsOptions): Sns {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'notifications.jsonl');
  const kept = readJournal<Notification>(path);
  const journal = startJournal(path, kept);
  const topics = declared.map((topic): Topic => ({ ...topic, document: resourcePolicy(topic.policy) }));
  return {
    async call(call) {
      if (call.operation !== 'Publish') throw unknownOperation(call.operation);
      const topic = topicOf(topics, call);
      const message = messageIn(call);
      await assertKeyUsable(kms, topic, {
        call,
        operations: ['GenerateDataKey', 'Decrypt'],
        context: 'aws:sns:topicArn',
      });
      const { Subject } = call.input;
      const subject = typeof Subject === 'string' ? Subject : null;
      const notification = { topicArn: topic.arn, messageId: randomUUID(), subject, message };
      journal.append(notification);
      kept.push(notification);
      return { MessageId: notification.messageId };
    },
    published: () => kept,
    async close() {
      journal.close();
    },
  };
}

/** A caller who may not publish does not learn whether the topic exists. */
function topicOf(topics: readonly Topic[], { caller, region, input }: Call): Topic {
  const resource = String(input.TopicArn);
  const topic = topics.find(({ arn }) => arn === resource);
  const request = { caller, action: 'sns:Publish', resource, region };
  assertAllowedOn(topic?.document ?? [], request, { code: 'AuthorizationError' });
  if (!topic) throw new AwsError('NotFound', 'Topic does not exist', { status: 404 });
  return topic;
}

function messageIn({ input: { Message } }: Call): string {
  if (typeof Message === 'string' && Message !== '' && Buffer.byteLength(Message) <= longestMessage) return Message;
  throw new AwsError('InvalidParameter', 'Invalid parameter: Message is empty or too long');
}
