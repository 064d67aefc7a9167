/**
 * Runs Lambda functions in this process; a function is loaded at its first invocation.
 * Does not: isolate functions, except for their credentials; emulate environments, memory limits or cold starts; limit
 * concurrency; or end a function at its timeout (the caller gets the timeout error, and the function continues).
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { loadModule } from './load-module.ts';

/** Lambda's limit for the payload and the response of a synchronous invocation, in bytes. */
const payloadLimit = 6_291_556;

export interface LambdaFunction {
  readonly key: string;
  readonly name: string;
  readonly arn: string;
  /** The handler's file, relative to the root, and the name that it exports. */
  readonly file: string;
  readonly exportName: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
}

/** A failed invocation. `name` is Lambda's `errorType`, which state machines match. */
export class FunctionError extends Error {
  override readonly name: string;
  /** The stack, line by line, as Lambda reports it. */
  readonly trace: string[];

  constructor(errorType: string, errorMessage: string, trace: string[] = []) {
    super(errorMessage);
    this.name = errorType;
    this.trace = trace;
  }
}

export interface Lambda {
  /**
   * Invokes a function by its name or ARN and waits for its response. Payload and response are converted to JSON.
   * Throws `FunctionError` for an error of the function, a timeout (`Sandbox.Timedout`), a response over 6 MB, a
   * missing function (`ResourceNotFoundException`) and a payload over 6 MB (`RequestTooLargeException`).
   */
  invoke(functionNameOrArn: string, payload: unknown): Promise<unknown>;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const credentials = new AsyncLocalStorage<Credentials>();

/** The credentials of the current invocation's function; undefined outside of an invocation. */
export const invocationCredentials = (): Credentials | undefined => credentials.getStore();

export interface LambdaOptions {
  readonly functions: readonly LambdaFunction[];
  /** The folder that the functions' files are relative to. */
  readonly root: string;
  /** The credentials of a function's role; without it, functions have none. */
  credentialsOf?(called: LambdaFunction): Credentials | undefined;
}

type Handler = (event: unknown, context: unknown) => unknown;

export function createLambda({ functions, root, credentialsOf }: LambdaOptions): Lambda {
  const byName = new Map(functions.flatMap((each) => [[each.name, each] as const, [each.arn, each] as const]));
  const handlers = new Map<LambdaFunction, Promise<Handler>>();
  const load = (each: LambdaFunction) => {
    const loading = handlers.get(each) ?? importHandler(root, each);
    handlers.set(each, loading);
    return loading;
  };
  return {
    async invoke(nameOrArn, payload) {
      const found = byName.get(nameOrArn);
      if (!found) throw new FunctionError('ResourceNotFoundException', `Function not found: ${nameOrArn}`);
      const event = JSON.stringify(payload ?? null);
      if (Buffer.byteLength(event) > payloadLimit)
        throw new FunctionError('RequestTooLargeException', `Request must be smaller than ${payloadLimit} bytes`);
      const handler = await load(found);
      return withCredentials(credentialsOf?.(found), () => run(handler, JSON.parse(event), found));
    },
  };
}

const withCredentials = <T>(own: Credentials | undefined, work: () => Promise<T>): Promise<T> =>
  own ? credentials.run(own, work) : credentials.exit(work);

async function importHandler(root: string, { key, file, exportName }: LambdaFunction): Promise<Handler> {
  const module = await loadModule(join(root, file));
  const handler = module[exportName];
  if (typeof handler !== 'function')
    throw new FunctionError('Runtime.HandlerNotFound', `${key}: ${file} exports no function ${exportName}`);
  return handler as Handler;
}

async function run(handler: Handler, event: unknown, called: LambdaFunction): Promise<unknown> {
  const awsRequestId = randomUUID();
  const { timeoutSeconds } = called;
  const deadline = Date.now() + timeoutSeconds * 1000;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    const message = `RequestId: ${awsRequestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
    timer = setTimeout(() => reject(new FunctionError('Sandbox.Timedout', message)), timeoutSeconds * 1000);
  });
  try {
    return asResponse(
      await Promise.race([callHandler(handler, event, contextOf(called, awsRequestId, deadline)), timeout]),
    );
  } catch (error) {
    throw asFunctionError(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Converts a synchronous throw to a rejection. */
const callHandler = async (handler: Handler, event: unknown, context: unknown) => handler(event, context);

const contextOf = ({ name, arn, memoryMb }: LambdaFunction, awsRequestId: string, deadline: number) => ({
  awsRequestId,
  functionName: name,
  functionVersion: '$LATEST',
  invokedFunctionArn: arn,
  memoryLimitInMB: String(memoryMb),
  logGroupName: `/aws/lambda/${name}`,
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
});

function asResponse(value: unknown): unknown {
  const text = JSON.stringify(value ?? null);
  const bytes = Buffer.byteLength(text);
  if (bytes > payloadLimit) {
    throw new FunctionError(
      'Function.ResponseSizeTooLarge',
      `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${payloadLimit} bytes).`,
    );
  }
  return JSON.parse(text);
}

function asFunctionError(error: unknown): FunctionError {
  if (error instanceof FunctionError) return error;
  if (isNativeError(error)) return new FunctionError(error.name, error.message, error.stack?.split('\n'));
  return new FunctionError(typeof error, typeof error === 'string' ? error : JSON.stringify(error));
}
