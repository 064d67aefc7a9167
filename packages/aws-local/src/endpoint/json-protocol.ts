/** AWS's JSON protocols (1.0 and 1.1): the operation is in `x-amz-target`, errors carry `__type`. */
import { crc32 } from 'node:zlib';
import type { HttpResponse } from '../listener.ts';
import { AwsError } from '../protocol.ts';

/** Signing name of the service by the prefix of its targets. */
const services: Readonly<Record<string, string>> = {
  TrentService: 'kms',
  DynamoDB_20120810: 'dynamodb',
  AWSStepFunctions: 'states',
  AWSEvents: 'events',
  AmazonSQS: 'sqs',
};

/** Throws `UnknownOperationException` for a service without an emulator. */
export function readTarget(target: string): { service: string; operation: string } {
  const dot = target.lastIndexOf('.');
  const service = services[target.slice(0, dot)];
  if (!service) throw new AwsError('UnknownOperationException', `There is no emulator of ${target}.`);
  return { service, operation: target.slice(dot + 1) };
}

/** Throws `SerializationException`, as AWS does, unless the body is a JSON object. */
export function readInput(body: string): Record<string, unknown> {
  const input = parsed(body);
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new AwsError('SerializationException', 'The body is not a JSON object.');
  return input as Record<string, unknown>;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new AwsError('SerializationException', 'The body is not valid JSON.');
  }
}

interface Meta {
  readonly requestId: string;
  readonly contentType: string;
}

export const jsonResponse = (output: unknown, meta: Meta): HttpResponse =>
  response(200, output === undefined ? '' : JSON.stringify(output), meta);

/** An error without a text has no member `message`. */
export function jsonError(error: AwsError, meta: Meta): HttpResponse {
  const { status, headers, body } = response(
    error.status,
    JSON.stringify({ __type: error.code, message: error.message || undefined, ...error.fields }),
    meta,
  );
  return { status, headers: { ...headers, 'x-amzn-errortype': error.code }, body };
}

const response = (status: number, body: string, { requestId, contentType }: Meta): HttpResponse => ({
  status,
  headers: { 'content-type': contentType, 'x-amzn-requestid': requestId, 'x-amz-crc32': String(crc32(body)) },
  body,
});
