/**
 * SNS: declared topics, with their policies and encryption keys. Notifications are stored for readers in this process.
 * Does not: create topics; subscribe, deliver, filter or delete; or encrypt messages at rest (KMS only authorizes it).
 * Source: SNS API reference; SNS developer guide, "Key management".
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
  /** Authorizes the use of the keys of encrypted topics. */
  readonly kms: Pick<ServiceEmulator, 'call'>;
}

export interface Sns extends ServiceEmulator {
  /** All notifications, oldest first. */
  published(): readonly Notification[];
}

type Topic = DeclaredTopic & { readonly document: ResourcePolicy };

const longestMessage = 262_144;

export function createSns({ dir, topics: declared, kms }: SnsOptions): Sns {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'notifications.jsonl');
  const notifications = readJournal<Notification>(path);
  const journal = startJournal(path, notifications);
  const topics = declared.map((topic): Topic => ({ ...topic, document: resourcePolicy(topic.policy) }));
  return {
    async call(call) {
      if (call.operation !== 'Publish') throw unknownOperation(call.operation);
      const topic = requireTopic(topics, call);
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
      notifications.push(notification);
      return { MessageId: notification.messageId };
    },
    published: () => notifications,
    async close() {
      journal.close();
    },
  };
}

/** Checks the permission first, so that the error does not reveal whether the topic exists. */
function requireTopic(topics: readonly Topic[], { caller, region, input }: Call): Topic {
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
