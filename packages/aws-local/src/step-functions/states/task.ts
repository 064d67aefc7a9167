/**
 * Task: calls a Lambda function by its ARN, with `Arguments` or the state's input. Runs again from its start when it
 * was interrupted.
 * Does not: call other services, wait for a task token, or send heartbeats. Source: Step Functions guide, "state-task",
 * "connect-lambda".
 */
import { count, evaluateAs, type Template, text } from '../expressions.ts';
import { Halted, invalidDefinition, StateFailure, timeoutError } from '../failure.ts';
import type { Fields } from '../fields.ts';
import { detailed, failed, withInput, withOutput } from '../history.ts';
import { type Json, toJson } from '../json.ts';
import { leave, limit, readLeaving, readNext, tooLarge, tooLargeResult } from '../leaving.ts';
import { readCatchers, readRetriers } from '../retry.ts';
import type { State, Step } from '../state.ts';

const lambdaArn = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;

/** Most characters of an error's cause. Source: Step Functions API reference, "LambdaFunctionFailedEventDetails". */
const causeLimit = 32_768;

export function readTask(name: string, fields: Fields): State {
  const resource = fields.required('Resource', text);
  if (!lambdaArn.test(resource))
    throw invalidDefinition(`The Resource '${resource}' is not the ARN of a Lambda function`, fields.where);
  const args = fields.template('Arguments');
  const timeout = fields.checked('TimeoutSeconds', count);
  const { assigns, ...leaving } = readLeaving(fields, { seen: ['result'] });
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
      return leave(step, { ...leaving, next }, { states: { result }, result });
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
  step.note(
    detailed('LambdaFunctionScheduled', {
      resource,
      ...withInput(payload),
      ...(seconds === undefined ? {} : { timeoutInSeconds: seconds }),
    }),
  );
  step.note({ type: 'LambdaFunctionStarted' });
  step.record();
  const deadline = seconds === undefined ? undefined : step.now() + seconds * 1000;
  const answer = await firstOf(step, step.invoke(resource, payload), deadline);
  return settle(step, resource, answer);
}

type TaskResult = { readonly returned: unknown } | { readonly thrown: unknown } | 'late';

/**
 * The function's answer, or `late` at the deadline, in real time. Throws `Halted` when the flow is stopped; never waits
 * for both.
 */
async function firstOf(step: Step, call: Promise<unknown>, deadline: number | undefined): Promise<TaskResult> {
  const done = new AbortController();
  const answer = call.then(
    (returned) => ({ returned }),
    (thrown: unknown) => ({ thrown }),
  );
  const late = step.sleep(deadline ?? Number.POSITIVE_INFINITY, done.signal).then(() => 'late' as const);
  try {
    return await Promise.race([answer, late]);
  } finally {
    done.abort();
    late.catch((stopped: unknown) => {
      if (!(stopped instanceof Halted)) throw stopped;
    });
  }
}

function settle(step: Step, resource: string, answer: TaskResult): Json {
  if (answer === 'late') return fail(step, 'LambdaFunctionTimedOut', new StateFailure(timeoutError, undefined));
  if ('thrown' in answer) return fail(step, 'LambdaFunctionFailed', lambdaFailure(answer.thrown));
  const result = toJson(answer.returned) ?? null;
  limit(result, () => {
    const failure = tooLargeResult(resource);
    step.note(failed('LambdaFunctionFailed', failure));
    return failure;
  });
  step.note(detailed('LambdaFunctionSucceeded', withOutput(result)));
  return result;
}

function fail(step: Step, type: string, failure: StateFailure): never {
  step.note(failed(type, failure));
  throw failure;
}

/** Lambda's error object for a function of Node.js, as text. Source: Lambda guide, "nodejs-exceptions". */
function lambdaFailure(thrown: unknown): StateFailure {
  if (thrown instanceof StateFailure) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const cause = JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: [] });
  return new StateFailure(error.name, cause.slice(0, causeLimit));
}
