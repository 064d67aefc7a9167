/** One call to KMS: its response, what it means for the key, and the request id that CloudTrail has too. */

import { log } from '#lib/log.ts';
import type { ActionState, Cause, CheckedCall, Denial } from '#lib/model/key.ts';
import { actionState, denialOf, kmsFailure } from './kms-errors.ts';

export interface Attempt<T> {
  readonly response: T | null;
  readonly state: ActionState;
  /** Not null for a denied call. */
  readonly denial: Denial | null;
  readonly missing: boolean;
  readonly unusable: Cause | null;
  readonly unknown: Cause | null;
  readonly call: CheckedCall;
}

interface KmsResponse {
  readonly $metadata: { readonly requestId?: string | undefined };
}

/** Never throws. `DryRunOperationException` means that the call would have succeeded. */
export async function attempt<T extends KmsResponse>(
  request: Pick<CheckedCall, 'call'> & Partial<Pick<CheckedCall, 'dryRun' | 'of'>>,
  send: () => Promise<T>,
): Promise<Attempt<T>> {
  const call = { dryRun: false, of: null, error: null, ...request };
  const empty = { response: null, denial: null, missing: false, unusable: null, unknown: null };
  try {
    const response = await send();
    return { ...empty, response, state: 'allowed', call: { ...call, requestId: response.$metadata.requestId ?? null } };
  } catch (error) {
    const requestId = requestIdOf(error);
    const name = error instanceof Error ? error.name : 'Unknown';
    if (name === 'DryRunOperationException') return { ...empty, state: 'allowed', call: { ...call, requestId } };
    const refused = refusal(error);
    if (refused.unknown === 'platform_permission_missing') reportOnce(call.call, error);
    return { ...empty, ...refused, call: { ...call, error: name, requestId } };
  }
}

const reported = new Set<string>();

/** Once per process, since a sweep makes the same call for thousands of keys. */
function reportOnce(call: string, error: unknown): void {
  if (reported.has(call)) return;
  reported.add(call);
  log.error('Our own policies refuse a call of KMS', { call, error });
}

function refusal(error: unknown): Pick<Attempt<never>, 'state' | 'denial' | 'missing' | 'unusable' | 'unknown'> {
  const failure = kmsFailure(error);
  return {
    state: actionState(failure),
    denial: failure.kind === 'denied' ? denialOf(error) : null,
    missing: failure.kind === 'not_found',
    unusable: failure.kind === 'unusable' ? failure.cause : null,
    unknown: failure.kind === 'unknown' ? failure.cause : null,
  };
}

/** Null if KMS did not respond. */
function requestIdOf(error: unknown): string | null {
  const metadata: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, '$metadata') : null;
  const id: unknown = typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'requestId') : null;
  return typeof id === 'string' ? id : null;
}
