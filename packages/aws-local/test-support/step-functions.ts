/**
 * A Step Functions of its own for one test: a temporary folder, functions by name, and a clock that only the test
 * moves.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceEmulator } from '../src/protocol.ts';
import { createStepFunctions, type StepFunctionsOptions } from '../src/step-functions/step-functions.ts';
import type { Timers } from '../src/step-functions/timers.ts';
import { accessKey, callerOf, platformAccount } from './accounts.ts';

export const machineArn = 'arn:aws:states:us-east-1:210987654321:stateMachine:orders';
export const functionArn = (name: string) => `arn:aws:lambda:us-east-1:210987654321:function:${name}`;
export const epoch = Date.UTC(2026, 0, 1);

export type Functions = Record<string, (payload: never) => unknown>;

/** The members of responses that tests read. */
export interface ResponseFields {
  readonly [member: string]: unknown;
}

export interface Finished {
  readonly status: string;
  readonly output: unknown;
  readonly error: unknown;
  readonly cause: unknown;
  readonly arn: string;
}

export function virtualClock(start = epoch) {
  let now = start;
  const waiting = new Set<{ time: number; wake: () => void }>();
  const timers: Timers = {
    at: (time, wake) => {
      const entry = { time, wake };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
  };
  /** Lets all that can run now run. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    timers,
    waiting,
    settle,
    now: () => new Date(now),
    elapsed: () => now - start,
    /** Advances to the next deadline, or by the given time. */
    advance: async (by = Number.POSITIVE_INFINITY) => {
      await settle();
      const next = [...waiting].sort((one, other) => one.time - other.time)[0];
      if (!next || next.time - now > by) {
        now += Number.isFinite(by) ? by : 0;
        return;
      }
      waiting.delete(next);
      now = Math.max(now, next.time);
      next.wake();
      await settle();
    },
  };
}

export const state = (StartAt: string, States: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt,
  States,
  ...more,
});

export type World = Awaited<ReturnType<typeof createWorld>>;

export async function createWorld(
  definition: unknown,
  functions: Functions = {},
  more: Partial<StepFunctionsOptions> & { clock?: ReturnType<typeof virtualClock> } = {},
) {
  const { clock = virtualClock(), ...options } = more;
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'shop-states-'));
  const calls: { name: string; payload: unknown }[] = [];
  const invoke = async (arn: string, payload: unknown) => {
    const name = arn.split(':').at(-1) ?? '';
    calls.push({ name, payload });
    return functions[name]?.(payload as never);
  };
  const machines = [{ arn: machineArn, name: 'orders', definition }];
  const emulator = await createStepFunctions({
    dir,
    machines,
    invoke,
    now: clock.now,
    timers: clock.timers,
    ...options,
  });
  const call = caller(emulator);
  const start = async (input: unknown = {}, name?: string) => {
    const response = await call('StartExecution', {
      stateMachineArn: machineArn,
      input: JSON.stringify(input),
      ...(name ? { name } : {}),
    });
    return String(response.executionArn);
  };
  return {
    dir,
    clock,
    calls,
    call,
    start,
    /** Moves the clock until the execution is over. */
    finish: async (arn: string): Promise<Finished> => {
      for (let steps = 0; steps < 10_000; steps++) {
        await clock.settle();
        const { status, output, error, cause } = await call('DescribeExecution', { executionArn: arn });
        if (status !== 'RUNNING')
          return {
            status: String(status),
            output: output === undefined ? undefined : JSON.parse(String(output)),
            error,
            cause,
            arn,
          };
        await clock.advance();
      }
      throw new Error('The execution does not end.');
    },
    events: async (arn: string) =>
      (await call('GetExecutionHistory', { executionArn: arn, maxResults: 1000 })).events as ResponseFields[],
    /** The process ends here, without a word: nothing of what is running is journalled any more. */
    close: () => emulator.close(),
    remove: async () => {
      await emulator.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const caller =
  (emulator: ServiceEmulator) =>
  async (operation: string, input: Record<string, unknown> = {}): Promise<ResponseFields> =>
    (await emulator.call({
      operation,
      input,
      caller: callerOf(accessKey(platformAccount)),
      region: 'us-east-1',
      requestId: 'r',
    })) as ResponseFields;

/** Runs one execution of the definition to its end; `work` is its only function. */
export async function run(
  definition: unknown,
  input: unknown = {},
  { work, ...options }: { work?: (payload: never) => unknown; speed?: number; chance?: () => number } = {},
) {
  const world = await createWorld(definition, work ? { work } : {}, options);
  try {
    const finished = await world.finish(await world.start(input));
    return {
      ...finished,
      events: await world.events(finished.arn),
      calls: world.calls,
      elapsed: world.clock.elapsed(),
    };
  } finally {
    await world.remove();
  }
}

/** An error of a Lambda function. */
export const lambdaError = (name: string, message: string) => Object.assign(new Error(message), { name });
