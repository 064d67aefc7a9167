/**
 * SQS: declared standard queues, with their policies and encryption keys.
 * Does not: create queues; support FIFO, batches, delays, long polling, redrive or expiry; or encrypt messages at rest
 * (KMS only authorizes it). Source: SQS API reference; SQS developer guide, "Key management".
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { assertAllowedOn, type ResourcePolicy, resourcePolicy } from '../authorization/resource-policy.ts';
import { assertKeyUsable } from '../encrypted-resource.ts';
import { AwsError, type Call, type ServiceEmulator, unknownOperation } from '../protocol.ts';
import { type Message, openMessages, type QueueMessages } from './messages.ts';

export interface DeclaredQueue {
  readonly arn: string;
  readonly url: string;
  /** The document of its resource policy; null without one. */
  readonly policy: unknown;
  /** The key that encrypts its messages; null for none. */
  readonly kmsKeyId: string | null;
}

export interface SqsOptions {
  readonly dir: string;
  readonly queues: readonly DeclaredQueue[];
  /** Authorizes the use of the keys of encrypted queues. */
  readonly kms: Pick<ServiceEmulator, 'call'>;
  readonly now?: () => number;
}

interface Queue extends DeclaredQueue {
  readonly document: ResourcePolicy;
  readonly messages: QueueMessages;
}

type Operation = (queue: Queue, call: Call, options: SqsOptions) => Promise<unknown> | unknown;

const longestBody = 1_048_576;
const visibilityMs = 30_000;
/** The name of the queue's ARN in the encryption context. */
const context = 'aws:sqs:arn';

const operations: Readonly<Record<string, Operation>> = {
  SendMessage: sendMessage,
  ReceiveMessage: receiveMessage,
  DeleteMessage: (queue, { input }) => void queue.messages.remove(String(input.ReceiptHandle)),
  GetQueueAttributes: ({ arn, messages }) => ({
    Attributes: { QueueArn: arn, ApproximateNumberOfMessages: String(messages.count()) },
  }),
};

export function createSqs(options: SqsOptions): ServiceEmulator {
  const { dir, now = Date.now } = options;
  mkdirSync(dir, { recursive: true });
  const queues = options.queues.map((queue): Queue => {
    const name = queue.arn.split(':').at(-1) ?? '';
    const messages = openMessages(join(dir, `${name}.jsonl`), now);
    return { ...queue, document: resourcePolicy(queue.policy), messages };
  });
  return {
    async call(call) {
      if (call.operation === 'GetQueueUrl') return { QueueUrl: requireQueueByName(queues, call).url };
      const run = Object.hasOwn(operations, call.operation) ? operations[call.operation] : undefined;
      if (!run) throw unknownOperation(call.operation);
      const queue = requireQueue(queues, call);
      assertPermitted(queue, call);
      return run(queue, call, options);
    },
    async close() {
      for (const { messages } of queues) messages.close();
    },
  };
}

const missing = () =>
  new AwsError('AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.', { status: 400 });

function requireQueue(queues: readonly Queue[], { input }: Call): Queue {
  const queue = queues.find(({ url }) => url === input.QueueUrl);
  if (!queue) throw missing();
  return queue;
}

function requireQueueByName(queues: readonly Queue[], call: Call): Queue {
  const owner = call.input.QueueOwnerAWSAccountId ?? call.caller.accountId;
  const queue = queues.find(({ arn }) => arn.endsWith(`:${owner}:${call.input.QueueName}`));
  if (!queue) throw missing();
  assertPermitted(queue, call);
  return queue;
}

const assertPermitted = ({ arn, document }: Queue, { caller, operation, region }: Call): void =>
  assertAllowedOn(document, { caller, action: `sqs:${operation}`, resource: arn, region }, { code: 'AccessDenied' });

/** Sending to an encrypted queue requires permission to generate a data key and to decrypt it. */
async function sendMessage(queue: Queue, call: Call, { kms }: SqsOptions): Promise<unknown> {
  const { MessageBody, MessageAttributes } = call.input;
  if (typeof MessageBody !== 'string' || MessageBody === '')
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (Buffer.byteLength(MessageBody) > longestBody)
    throw new AwsError('InvalidParameterValue', 'One or more parameters are invalid. Reason: Message is too long.');
  await assertKeyUsable(kms, queue, { call, operations: ['GenerateDataKey', 'Decrypt'], context });
  const attributes = (MessageAttributes ?? {}) as Message['attributes'];
  const { id } = queue.messages.add({ id: randomUUID(), body: MessageBody, attributes });
  return { MessageId: id, MD5OfMessageBody: md5(MessageBody) };
}

async function receiveMessage(queue: Queue, call: Call, { kms }: SqsOptions): Promise<unknown> {
  const { MaxNumberOfMessages = 1, VisibilityTimeout } = call.input;
  await assertKeyUsable(kms, queue, { call, operations: ['Decrypt'], context });
  const hiddenMs = VisibilityTimeout === undefined ? visibilityMs : Number(VisibilityTimeout) * 1000;
  const received = queue.messages.receive(Number(MaxNumberOfMessages), hiddenMs);
  if (received.length === 0) return {};
  return {
    Messages: received.map(({ id, body, attributes, handle }) => ({
      ...{ MessageId: id, ReceiptHandle: handle, Body: body, MD5OfBody: md5(body) },
      MessageAttributes: attributes,
    })),
  };
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
