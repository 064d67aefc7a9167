/** Outcomes of the fleet and of workflow steps, as errors and texts. */
import type { Outcome } from './fleet.ts';
import { Problem, Transient } from './problem.ts';

/** `pending` and what may pass are `Transient`; the rest ends the provisioning with its reason. */
export function assertDone(outcomes: readonly Outcome[]): void {
  for (const outcome of outcomes) {
    if (outcome.state === 'pending') throw new Transient('The server is not ready yet');
    if (outcome.state !== 'failed') continue;
    if (outcome.reason === 'unavailable') throw new Transient(outcome.detail);
    throw new Problem(outcome.reason === 'key_unusable' ? 'key_unusable' : 'internal', outcome.detail, {
      reason: outcome.reason,
    });
  }
}

/**
 * A Lambda error's cause is JSON with an `errorMessage`; other causes are plain text, and a time-out's cause is empty.
 */
export function detailOf(cause = ''): string {
  return messageOf(cause).trim() || 'It gave no reason.';
}

function messageOf(cause: string): string {
  try {
    return String((JSON.parse(cause) as { errorMessage?: unknown }).errorMessage ?? cause);
  } catch {
    return cause;
  }
}
