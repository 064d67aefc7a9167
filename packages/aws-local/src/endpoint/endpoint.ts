/**
 * One URL for all AWS services: determines the service, the operation and the caller, and passes the call to the
 * service's emulator.
 * Does not: check signatures.
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

/** A service that implements its own wire protocol. */
export interface ForwardingService {
  forward(request: {
    body: string;
    headers: Record<string, string>;
  }): Promise<{ status: number; headers: Record<string, string>; body: string }>;
}

/** S3's protocol is REST: method, path and query name the operation, and bodies stream in both directions. */
export interface RestService {
  handle(request: IncomingMessage, caller: Caller): Promise<HttpResponse>;
}

/** By signing name: `kms`, `dynamodb`, `states`, `events`, `sqs`, `sns`, `sts`, `ses`. */
export type Services = Readonly<Record<string, ServiceEmulator | ForwardingService>>;

export interface AwsEndpointOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly services: Services;
  /** By default, an access key ID of 12 digits is the account's administrator. */
  readonly callerOf?: CallerOf;
  /** Without it, S3's operations are unknown. */
  readonly s3?: RestService;
  /** After this time, an operation fails with `InternalFailure`; 65 s by default. */
  readonly timeoutMs?: number;
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
  timeoutMs = 65_000,
  onFault = logFault,
}: AwsEndpointOptions): Promise<Listener> {
  const settings = { services, callerOf, timeoutMs, onFault };
  return listen({
    port,
    purpose: 'the AWS endpoint',
    handle: (request) => {
      if (s3 && isForS3(request)) return handleRest(request, s3, settings);
      return request.headers['x-amz-target'] ? handleJson(request, settings) : handleQuery(request, settings);
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

/** Without a timeout, since an upload may be of any size. */
async function handleRest(
  request: IncomingMessage,
  s3: RestService,
  { callerOf, onFault }: Settings,
): Promise<HttpResponse> {
  const requestId = randomUUID();
  try {
    const response = await s3.handle(request, signerOf(request.headers.authorization, callerOf).caller);
    return { ...response, headers: { ...response.headers, 'x-amz-request-id': requestId } };
  } catch (error) {
    return errorResponse(
      asAwsError(error, (fault) => onFault({ requestId, error: fault })),
      requestId,
    );
  }
}

async function handleJson(request: IncomingMessage, settings: Settings): Promise<HttpResponse> {
  const { services, callerOf, timeoutMs, onFault } = settings;
  const requestId = randomUUID();
  const meta = { requestId, contentType: request.headers['content-type'] ?? 'application/x-amz-json-1.1' };
  try {
    const { service, operation } = readTarget(String(request.headers['x-amz-target']));
    const signer = signedFor(service, request, callerOf);
    const call = { operation, input: readInput(await bodyWithin(request, service)), ...signer, requestId };
    const emulator = emulatorOf(services, service, operation);
    authorize(service, call);
    const output = emulator.call(call);
    return jsonResponse(await withTimeout(output, timeoutMs), meta);
  } catch (error) {
    return jsonError(
      asAwsError(error, (fault) => onFault({ requestId, error: fault })),
      meta,
    );
  }
}

async function handleQuery(request: IncomingMessage, settings: Settings): Promise<HttpResponse> {
  const { services, callerOf, timeoutMs, onFault } = settings;
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
      return await withTimeout(target.forward({ body, headers: flat(request) }), timeoutMs);
    const output = emulatorOf(services, service, operation).call(call);
    return queryResponse(operation, await withTimeout(output, timeoutMs), { service, requestId });
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
    : new AwsError('UnknownOperationException', 'The request does not name an operation.');
}

const flat = ({ headers }: IncomingMessage) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]): [string, string] => [name, [value].flat().join(',')]),
  );

async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no response within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
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
