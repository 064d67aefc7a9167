/**
 * One URL for all AWS services: determines the service, the operation and the caller, and passes the call to the
 * service's emulator.
 * Does not: check signatures. The operations of a service without an emulator are unknown.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type CallerOf, createCallerOf } from '../accounts.ts';
import { authorize } from '../authorization/authorize.ts';
import { type HttpResponse, type Listener, listen, readBody } from '../listener.ts';
import { AwsError, type Caller, type ServiceEmulator, unknownOperation } from '../protocol.ts';
import { errorResponse } from '../s3/responses.ts';
import { type Signer, signerOf } from './credentials.ts';
import { jsonError, jsonResponse, readInput, readTarget } from './json-protocol.ts';
import { queryError, queryResponse } from './query-protocol.ts';

/** A service that speaks its own wire protocol and is only passed on to. */
export interface Forwarding {
  forward(request: {
    body: string;
    headers: Record<string, string>;
  }): Promise<{ status: number; headers: Record<string, string>; body: string }>;
}

/** S3's protocol is REST: method, path and query name the operation, and bodies stream in both directions. */
export interface Rest {
  answer(request: IncomingMessage, caller: Caller): Promise<HttpResponse>;
}

/** By signing name: `kms`, `dynamodb`, `states`, `events`, `sqs`, `sns`, `sts`, `ses`. */
export type Services = Readonly<Record<string, ServiceEmulator | Forwarding>>;

export interface AwsEndpointOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly services: Services;
  /** By default, an access key ID of 12 digits is the account's administrator. */
  readonly callerOf?: CallerOf;
  /** Without it, S3's operations are unknown. */
  readonly s3?: Rest;
  /** After this time an operation is answered `InternalFailure`; 65 s unless set. */
  readonly patienceMs?: number;
  /** Receives the internal errors of emulators; the caller sees `InternalFailure` only. */
  onFault?(fault: { requestId: string; error: unknown }): void;
}

/**
 * DynamoDB takes 16 MiB in a request, SES v1 a message of 10 MB (in base64); the other services' own limits are below 1
 * MiB.
 */
const bodyLimits: Readonly<Record<string, number>> = { dynamodb: 16 * 2 ** 20, ses: 14 * 2 ** 20 };
const bodyLimit = 2 ** 20;

type Settings = Required<Omit<AwsEndpointOptions, 'port' | 's3'>>;

export function startAwsEndpoint({
  port,
  services,
  s3,
  callerOf = createCallerOf(),
  patienceMs = 65_000,
  onFault = logFault,
}: AwsEndpointOptions): Promise<Listener> {
  const settings = { services, callerOf, patienceMs, onFault };
  return listen({
    port,
    purpose: 'the AWS endpoint',
    answer: (request) => {
      if (s3 && isForS3(request)) return answerRest(request, s3, settings);
      return request.headers['x-amz-target'] ? answerJson(request, settings) : answerQuery(request, settings);
    },
  });
}

const logFault: Settings['onFault'] = ({ requestId, error }) =>
  console.error(
    JSON.stringify({
      message: 'An emulator failed',
      requestId,
      error: error instanceof Error ? error.stack : String(error),
    }),
  );

const isForS3 = ({ headers }: IncomingMessage) => /\/s3\/aws4_request\b/.test(headers.authorization ?? '');

/** Has no deadline, since an upload takes as long as its size demands. */
async function answerRest(request: IncomingMessage, s3: Rest, { callerOf, onFault }: Settings): Promise<HttpResponse> {
  const requestId = randomUUID();
  try {
    const answer = await s3.answer(request, signerOf(request.headers.authorization, callerOf).caller);
    return { ...answer, headers: { ...answer.headers, 'x-amz-request-id': requestId } };
  } catch (error) {
    return errorResponse(
      asAwsError(error, (fault) => onFault({ requestId, error: fault })),
      requestId,
    );
  }
}

async function answerJson(request: IncomingMessage, settings: Settings): Promise<HttpResponse> {
  const { services, callerOf, patienceMs, onFault } = settings;
  const requestId = randomUUID();
  const meta = { requestId, contentType: request.headers['content-type'] ?? 'application/x-amz-json-1.1' };
  try {
    const { service, operation } = readTarget(String(request.headers['x-amz-target']));
    const signer = signedFor(service, request, callerOf);
    const call = { operation, input: readInput(await bodyWithin(request, service)), ...signer, requestId };
    const emulator = emulatorOf(services, service, operation);
    authorize(service, call);
    const output = emulator.call(call);
    return jsonResponse(await within(output, patienceMs), meta);
  } catch (error) {
    return jsonError(
      asAwsError(error, (fault) => onFault({ requestId, error: fault })),
      meta,
    );
  }
}

async function answerQuery(request: IncomingMessage, settings: Settings): Promise<HttpResponse> {
  const { services, callerOf, patienceMs, onFault } = settings;
  const requestId = randomUUID();
  let service = '';
  try {
    const signer = signerOf(request.headers.authorization, callerOf);
    service = signer.service;
    const body = await bodyWithin(request, service);
    const { Action: operation = '', ...input } = Object.fromEntries(
      new URLSearchParams(body || new URL(request.url ?? '/', 'http://localhost').search),
    );
    const call = { operation, input, ...signer, requestId };
    authorize(service, call);
    const target = services[service];
    if (target && 'forward' in target)
      return await within(target.forward({ body, headers: flat(request) }), patienceMs);
    const output = emulatorOf(services, service, operation).call(call);
    return queryResponse(operation, await within(output, patienceMs), { service, requestId });
  } catch (error) {
    return queryError(
      asAwsError(error, (fault) => onFault({ requestId, error: fault })),
      { service, requestId },
    );
  }
}

function signedFor(service: string, request: IncomingMessage, callerOf: CallerOf): Signer {
  const signer = signerOf(request.headers.authorization, callerOf);
  if (signer.service !== service)
    throw new AwsError('InvalidSignatureException', `Credential should be scoped to correct service: '${service}'.`);
  return signer;
}

async function bodyWithin(request: IncomingMessage, service: string): Promise<string> {
  const body = await readBody(request, bodyLimits[service] ?? bodyLimit);
  if (!body) throw new AwsError('RequestEntityTooLargeException', 'Request Entity Too Large', { status: 413 });
  return body.toString('utf8');
}

function emulatorOf(services: Services, service: string, operation: string): ServiceEmulator {
  const found = services[service];
  if (found && 'call' in found) return found;
  throw operation
    ? unknownOperation(operation)
    : new AwsError('UnknownOperationException', 'The request names no operation.');
}

const flat = ({ headers }: IncomingMessage) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]): [string, string] => [name, [value].flat().join(',')]),
  );

async function within<T>(work: Promise<T>, patienceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${patienceMs} ms`)), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** An emulator's internal error becomes `InternalFailure`, as AWS reports its own. */
function asAwsError(error: unknown, onFault: (error: unknown) => void): AwsError {
  if (error instanceof AwsError) return error;
  onFault(error);
  return new AwsError(
    'InternalFailure',
    'The request processing has failed because of an unknown error, exception or failure.',
    {
      status: 500,
    },
  );
}
