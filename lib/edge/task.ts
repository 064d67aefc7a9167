/**
 * The pipeline of every step of a state machine: parse → operation. Throws `Transient`, which the machine retries, or
 * `Problem`, which ends the execution.
 */
import middy from '@middy/core';
import type * as z from 'zod/mini';
import { log } from '#lib/log.ts';
import { Problem, Transient } from '#lib/model/problem.ts';
import { english } from '#lib/model/schema.ts';

export interface Step {
  readonly input: () => z.ZodMiniType;
  readonly run: (input: never) => Promise<unknown>;
}

export const step = <I extends z.ZodMiniType>(input: () => I, run: (input: z.infer<I>) => Promise<unknown>): Step => ({
  input,
  run,
});

/** Steps by the name that a definition sends as `step`. */
export type Steps = Readonly<Record<string, Step>>;

/** Calls `assemble` once, on the first event. */
export function task(assemble: () => Steps) {
  let steps: Steps | undefined;
  return middy<unknown, unknown>()
    .use({ onError: ({ event, error }) => logFailure(stepName(event), error) })
    .handler(async (event) => {
      steps ??= assemble();
      return (await runStep(steps, event)) ?? null;
    });
}

async function runStep(steps: Steps, event: unknown): Promise<unknown> {
  const name = stepName(event);
  const found = Object.hasOwn(steps, name) ? steps[name] : undefined;
  if (!found) throw new Problem('invalid_request', `Unknown step ${JSON.stringify(name)}`);
  const parsed = found.input().safeParse(event, english);
  if (!parsed.success) throw new Problem('invalid_request', `The machine's input is invalid: ${parsed.error.message}`);
  return found.run(parsed.data as never);
}

const stepName = (event: unknown): string => String((event as { step?: unknown } | null)?.step ?? '');

/**
 * Translates an error for the machine. A conflict that remained after all retries is retried by the machine; the text
 * of a foreign error goes to the log only, because executions keep their errors.
 */
export function failureOfStep(error: unknown): Problem | Transient {
  if (error instanceof Transient) return error;
  if (!(error instanceof Problem))
    return new Transient('The step failed unexpectedly; the log has the cause', { cause: error });
  return error.code === 'version_mismatch'
    ? new Transient('Concurrent changes conflicted in every attempt', { cause: error })
    : error;
}

function logFailure(step: string, error: unknown): never {
  if (error instanceof Transient) log.info('A step is not complete yet', { step, reason: error.message });
  else log.error('A step failed', { step, error: error as Error });
  throw failureOfStep(error);
}
