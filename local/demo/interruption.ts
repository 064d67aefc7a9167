/** Ctrl-C, a closed terminal, a closed pipe: each ends the demo in order, once. */
import { Interrupted } from './failure.ts';

export interface Interruption {
  /** Aborted when it comes. */
  readonly signal: AbortSignal;
  /** Rejects with `Interrupted` when it comes, and never resolves. */
  readonly raised: Promise<never>;
}

/** A shell's exit code for a signal is 128 and its number. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const closedPipe = 141;

export function onInterruption(): Interruption {
  const { promise: raised, reject } = Promise.withResolvers<never>();
  raised.catch(() => {});
  const controller = new AbortController();
  const interrupt = (exitCode: number) => {
    reject(new Interrupted(exitCode));
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupt(exitCodes[signal]));
  process.stdout.on('error', () => interrupt(closedPipe));
  return { signal: controller.signal, raised };
}
