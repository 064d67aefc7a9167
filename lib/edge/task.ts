/** Every step of a state machine passes through here: parse → operation. It throws `Transient` (the machine tries again) or `Problem` (it stops). */
import middy from '@middy/core';
import type * as z from 'zod/mini';
import { log } from '#lib/log.ts';
import { english } from '#lib/model/english.ts';
import { Problem, Transient } from '#lib/model/problem.ts';

export interface Step {
  readonly input: z.ZodMiniType;
  readonly run: (input: never) => Promise<unknown>;
}

export const step = <I extends z.ZodMiniType>(input: I, run: (input: z.infer<I>) => Promise<unknown>): Step => ({
  input,
  run,
});

/** By the name of the state that calls it, as a definition sends it in `step`. */
export type Steps = Readonly<Record<string, Step>>;

/** The steps of a state machine. `assemble` is called once, on the first event. */
export function task(assemble: () => Steps) {
  let steps: Steps | undefined;
  return middy<unknown, unknown>()
    .use({ onError: ({ event, error }) => logFailure(nameIn(event), error) })
    .handler(async (event) => {
      steps ??= assemble();
      return (await runStep(steps, event)) ?? null;
    });
}

async function runStep(steps: Steps, event: unknown): Promise<unknown> {
  const name = nameIn(event);
  const found = Object.hasOwn(steps, name) ? steps[name] : undefined;
  if (!found) throw new Problem('invalid_request', `There is no step ${JSON.stringify(name)}`);
  const parsed = found.input.safeParse(event, english);
  if (!parsed.success)
    throw new Problem('invalid_request', `The machine's input does not fit: ${parsed.error.message}`);
  return found.run(parsed.data as never);
}

const nameIn = (event: unknown): string => String((event as { step?: unknown } | null)?.step ?? '');

/**
 * What the machine is told. A race that was lost over and over is run again like all that passes by itself; the execution's history keeps the
 * error's text, so a foreign error's goes to the log only.
 */
export function failureOfStep(error: unknown): Problem | Transient {
  if (error instanceof Transient) return error;
  if (!(error instanceof Problem))
    return new Transient('The step failed unexpectedly; the log says why', { cause: error });
  return error.code === 'version_mismatch'
    ? new Transient('Others changed it again and again', { cause: error })
    : error;
}

function logFailure(step: string, error: unknown): never {
  if (error instanceof Transient) log.info('A step is not done yet', { step, reason: error.message });
  else log.error('A step failed', { step, error: error as Error });
  throw failureOfStep(error);
}
