/** Failures of operations, and their outcomes. */
import type { FailureReason, Outcome, Proof } from './port.ts';

export type Log = (message: string, fields: Record<string, unknown>) => void;

/** A failure with a reason of the port. Its message is shown to operators, so it has no secret and no path. */
export class FleetFailure extends Error {
  override readonly name = 'FleetFailure';
  readonly reason: FailureReason;

  constructor(reason: FailureReason, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.reason = reason;
  }
}

/** An outcome with a proof. */
export interface DoneWithProof {
  readonly proof: Proof;
}

/**
 * Runs one server's work. An unexpected failure is logged in full and returned as `unavailable` with its code
 * only.
 */
export async function outcomeOf(
  serverId: string,
  log: Log,
  work: () => Promise<'done' | 'pending' | DoneWithProof>,
): Promise<Outcome> {
  try {
    const result = await work();
    return typeof result === 'string' ? { serverId, state: result } : { serverId, state: 'done', ...result };
  } catch (error) {
    if (error instanceof FleetFailure)
      return { serverId, state: 'failed', reason: error.reason, detail: error.message };
    log('fleet work failed', { serverId, error });
    const why = busy(error);
    if (why) return { serverId, state: 'failed', reason: 'unavailable', detail: why };
    return {
      serverId,
      state: 'failed',
      reason: 'unavailable',
      detail: `The machine refused the work (${codeOf(error)}).`,
    };
  }
}

/**
 * A service that its clients keep busy, or that is not there, in words. Asks for names, since the classes are of
 * modules that need this one.
 */
function busy(error: unknown): string | null {
  const name = textOf(error, 'name');
  if (name === 'RedisUnreachable') return 'The service does not answer: its clients keep it busy, or it is not up.';
  if (name !== 'RedisRefusal') return null;
  const code = textOf(error, 'message')?.split(' ', 1)[0];
  return code === 'BUSY'
    ? 'The service is busy with a script of its clients.'
    : `The service refused the command (${code}).`;
}

/**
 * The operating system's code of an error, or its class. Asks for members, not classes: an error may be of another
 * realm's class.
 */
export const codeOf = (error: unknown): string => textOf(error, 'code') ?? textOf(error, 'name') ?? 'unknown';

/** Whether it is an error of the operating system. */
export const isSystemError = (error: unknown): boolean => textOf(error, 'syscall') !== null;

function textOf(error: unknown, member: string): string | null {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, member) : null;
  return typeof value === 'string' ? value : null;
}
