/** Every step of a state machine passes through here: parse → operation. It throws `Transient` (the machine tries again) or `Problem` (it stops). */
import middy from '@middy/core';
import type * as z from 'zod/mini';
import { log } from '#lib/log.ts';
import { english } from '#lib/model/english.ts';
import { Problem, Transient } from '#lib/model/problem.ts';

/** `assemble` is called once, on the first event. */
export function task<I extends z.ZodMiniType, A>(input: I, assemble: () => (input: z.infer<I>) => Promise<A>) {
  let run: ((input: z.infer<I>) => Promise<A>) | undefined;
  return middy<unknown, A | null>()
    .use({ onError: ({ error }) => logFailure(error) })
    .handler(async (event) => {
      run ??= assemble();
      const parsed = input.safeParse(event, english);
      if (!parsed.success)
        throw new Problem('invalid_request', `The machine's input does not fit: ${parsed.error.message}`);
      return (await run(parsed.data)) ?? null;
    });
}

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

function logFailure(error: unknown): never {
  if (error instanceof Transient) log.info('A step is not done yet', { reason: error.message });
  else log.error('A step failed', { error: error as Error });
  throw failureOfStep(error);
}
