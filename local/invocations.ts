/**
 * Calls of AWS services under the template's resource policies: EventBridge invokes functions and publishes to topics,
 * and what fails goes to dead-letter queues.
 */
import { randomUUID } from 'node:crypto';
import { serviceCaller } from 'aws-local/authorization';
import { type Delivery, deadLetterMessage, type Failure } from 'aws-local/event-bridge';
import { type AssertInvocable, FunctionError } from 'aws-local/lambda';
import type { Caller, ServiceEmulator } from 'aws-local/protocol';
import { region } from './accounts.ts';
import type { Principals } from './principals.ts';
import type { Stack } from './stack/stack.ts';

const eventBridge = 'events.amazonaws.com';

type Invoke = (functionArn: string, payload: unknown) => Promise<unknown>;

/** Invokes a rule's function or publishes to its topic. Throws the error of the target, or of its policy. */
export type Deliver = (targetArn: string, event: unknown, ruleArn: string) => Promise<void>;

interface DeliverInput {
  readonly assertInvocable: AssertInvocable;
  readonly sns: Pick<ServiceEmulator, 'call'>;
  readonly invoke: Invoke;
}

export const deliverTo =
  ({ assertInvocable, sns, invoke }: DeliverInput): Deliver =>
  async (targetArn, event, ruleArn) => {
    if (isTopic(targetArn)) {
      const input = { TopicArn: targetArn, Message: JSON.stringify(event) };
      await sns.call(callOf('Publish', input, serviceCaller(eventBridge, ruleArn)));
      return;
    }
    assertInvocable(targetArn, { service: eventBridge, sourceArn: ruleArn });
    await invoke(targetArn, event);
  };

const isTopic = (arn: string) => arn.split(':')[2] === 'sns';

const callOf = (operation: string, input: Record<string, unknown>, caller: Caller) => ({
  ...{ operation, input, caller, region, requestId: randomUUID() },
});

/** An event that reached no target, or on which a function failed. */
export type Undelivered = Pick<Delivery, 'targetArn' | 'ruleArn' | 'deadLetterArn'> & { readonly event: unknown };

/** Sends the event to a dead-letter queue. Rejects if there is none, or if its policy or its key refuses the sender. */
export type KeepUndelivered = (undelivered: Undelivered, failure: Failure) => Promise<void>;

interface DeadLettersInput {
  readonly stack: Pick<Stack, 'functions' | 'queues'>;
  readonly sqs: Pick<ServiceEmulator, 'call'>;
  readonly principals: Pick<Principals, 'sessionOf'>;
}

/**
 * An event that a function failed on goes to the function's queue, sent by the function's role. Every other one goes to
 * the queue of the rule's target, sent by EventBridge.
 */
export function keepUndelivered({ stack, sqs, principals }: DeadLettersInput): KeepUndelivered {
  const urlOf = (arn: string | null): string => {
    const queue = stack.queues.find((each) => each.arn === arn);
    if (!queue) throw new Error(`There is no queue ${arn}`);
    return queue.url;
  };
  const send = (queueArn: string | null, message: Record<string, unknown>, caller: Caller) =>
    sqs.call(callOf('SendMessage', { QueueUrl: urlOf(queueArn), ...message }, caller));
  return async (undelivered, failure) => {
    const failed = stack.functions.find(({ arn }) => arn === undelivered.targetArn);
    if (failed && failure.error instanceof FunctionError)
      await send(failed.deadLetterArn, functionMessage(undelivered.event, failure.error), principals.sessionOf(failed));
    else
      await send(
        undelivered.deadLetterArn,
        deadLetterMessage(undelivered, failure),
        serviceCaller(eventBridge, undelivered.ruleArn),
      );
  };
}

/** Source: Lambda developer guide, "Adding a dead-letter queue". */
function functionMessage(event: unknown, { name, message }: FunctionError): Record<string, unknown> {
  const attributes = { RequestID: randomUUID(), ErrorCode: '200', ErrorMessage: `${name}: ${message}`.slice(0, 1024) };
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([key, StringValue]) => [
      key,
      { DataType: key === 'ErrorCode' ? 'Number' : 'String', StringValue },
    ]),
  );
  return { MessageBody: JSON.stringify(event), MessageAttributes };
}
