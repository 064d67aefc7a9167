/**
 * Events that could not be delivered, and their messages to a dead-letter queue.
 * Source: EventBridge user guide, "Using dead-letter queues to process undelivered events".
 */
import { AwsError } from '../protocol.ts';
import type { Delivery } from './delivery-journal.ts';

export interface Failure {
  /** Of the last attempt. */
  readonly error: unknown;
  readonly code: 'NO_PERMISSIONS' | 'NO_RESOURCE' | 'ERROR_FROM_TARGET';
  readonly message: string;
  readonly attempts: number;
}

const lacksPermission = /^(KMS\.)?(AccessDenied(Exception)?|AuthorizationError)$/;

export function failureOf(error: unknown, attempts: number): Failure {
  const name = error instanceof AwsError ? error.code : error instanceof Error ? error.name : '';
  const message = error instanceof Error ? `${name}: ${error.message}` : String(error);
  const code = lacksPermission.test(name)
    ? 'NO_PERMISSIONS'
    : name === 'ResourceNotFoundException'
      ? 'NO_RESOURCE'
      : 'ERROR_FROM_TARGET';
  return { error, code, message, attempts };
}

/** Missing permissions and resources are not retried. */
export const canBeRetried = ({ code }: Failure): boolean => code === 'ERROR_FROM_TARGET';

/** The input of SQS's `SendMessage`, without the queue. */
export function deadLetterMessage(
  { event, ruleArn, targetArn }: Pick<Delivery, 'ruleArn' | 'targetArn'> & { readonly event: unknown },
  failure: Failure,
): Record<string, unknown> {
  const attributes = {
    RULE_ARN: ruleArn,
    TARGET_ARN: targetArn,
    ERROR_CODE: failure.code,
    ERROR_MESSAGE: failure.message,
    RETRY_ATTEMPTS: String(failure.attempts - 1),
    ...(canBeRetried(failure) ? { EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts' } : {}),
  };
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
  return { MessageBody: JSON.stringify(event), MessageAttributes };
}
