/**
 * Task: invokes a Lambda function by its ARN, with `Arguments` or the state's input. An interrupted task is repeated.
 * Does not: call other services, wait for task tokens, or support heartbeats. Source: Step Functions guide,
 * "state-task", "connect-lambda".
 */
import { exitState, limit, readExitFields, readNext, tooLarge, tooLargeResult } from '../exit.ts';
import { count, evaluateAs, type Template, text } from '../expressions.ts';
import { Halted, invalidDefinition, StateFailure, timeoutError } from '../failure.ts';
import type { Fields } from '../fields.ts';
import { detailed, failed, withInput, withOutput } from '../history.ts';
import { type Json, toJson } from '../json.ts';
import { readCatchers, readRetriers } from '../retry.ts';
import type { State, Step } from '../state.ts';

const lambdaArn = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;

/** Maximum characters of an error's cause. Source: Step Functions API reference, "LambdaFunctionFailedEventDetails". */
const causeLimit = 32_768;

export function readTask(name: string, fields: Fields): State {
  const resource = fields.required('Resource', text);
  if (!lambdaArn.test(resource))
    throw invalidDefinition(`The Resource '${resource}' is not the ARN of a Lambda function`, fields.where);
  const args = fields.template('Arguments');
  const timeout = fields.checked('TimeoutSeconds', count);
  const { assigns, ...exit } = readExitFields(fields, { seen: ['result'] });
  const next = readNext(fields);
  const catchers = readCatchers(fields);
  return {
    name,
    type: 'Task',
    retriers: readRetriers(fields),
    catchers,
    targets: [...(next === null ? [] : [next]), ...catchers.map((catcher) => catcher.next)],
    assigns: [...assigns, ...catchers.flatMap((catcher) => catcher.assigns)],
    run: async (step) => {
      const result = await callFunction(step, resource, { args, timeout });
      return exitState(step, { ...exit, next }, { states: { result }, result });
    },
  };
}

interface TaskRequest {
  readonly args: Template | undefined;
  readonly timeout: Template | undefined;
}

async function callFunction(step: Step, resource: string, { args, timeout }: TaskRequest): Promise<Json> {
  const payload = args ? await args.evaluate(step.bindings()) : step.cursor.input;
  limit(payload, () => tooLarge(step.name));
  const seconds = timeout && (await evaluateAs(timeout, step.bindings(), count));
  step.addEvent(
    detailed('LambdaFunctionScheduled', {
      resource,
      ...withInput(payload),
      ...(seconds === undefined ? {} : { timeoutInSeconds: seconds }),
    }),
  );
  step.addEvent({ type: 'LambdaFunctionStarted' });
  step.record();
  const deadline = seconds === undefined ? undefined : step.now() + seconds * 1000;
  const outcome = await raceDeadline(step, step.invoke(resource, payload), deadline);
  return resultOf(step, resource, outcome);
}

type TaskResult = { readonly returned: unknown } | { readonly thrown: unknown } | 'timed_out';

/**
 * The function's outcome, or `timed_out` at the deadline, in real time. Throws `Halted` when the flow is stopped.
 */
async function raceDeadline(step: Step, call: Promise<unknown>, deadline: number | undefined): Promise<TaskResult> {
  const done = new AbortController();
  const outcome = call.then(
    (returned) => ({ returned }),
    (thrown: unknown) => ({ thrown }),
  );
  const timeout = step.sleep(deadline ?? Number.POSITIVE_INFINITY, done.signal).then(() => 'timed_out' as const);
  try {
    return await Promise.race([outcome, timeout]);
  } finally {
    done.abort();
    timeout.catch((stopped: unknown) => {
      if (!(stopped instanceof Halted)) throw stopped;
    });
  }
}

function resultOf(step: Step, resource: string, outcome: TaskResult): Json {
  if (outcome === 'timed_out') return fail(step, 'LambdaFunctionTimedOut', new StateFailure(timeoutError, undefined));
  if ('thrown' in outcome) return fail(step, 'LambdaFunctionFailed', lambdaFailure(outcome.thrown));
  const result = toJson(outcome.returned) ?? null;
  limit(result, () => {
    const failure = tooLargeResult(resource);
    step.addEvent(failed('LambdaFunctionFailed', failure));
    return failure;
  });
  step.addEvent(detailed('LambdaFunctionSucceeded', withOutput(result)));
  return result;
}

function fail(step: Step, type: string, failure: StateFailure): never {
  step.addEvent(failed(type, failure));
  throw failure;
}

/** The text of Lambda's error object for a Node.js function. Source: Lambda guide, "nodejs-exceptions". */
function lambdaFailure(thrown: unknown): StateFailure {
  if (thrown instanceof StateFailure) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const cause = JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: [] });
  return new StateFailure(error.name, cause.slice(0, causeLimit));
}
