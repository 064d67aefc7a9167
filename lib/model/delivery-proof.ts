/**
 * Proves that events of a key are delivered. CloudTrail of the key's account records Latchkey's calls too, and the rule
 * that forwards events of the key also forwards one call of each full check. Its arrival (the echo) proves the delivery
 * end to end. Pure. Sources: docs/design/014-how-often-a-key-is-swept.md.
 */
import { isRecent } from './clock.ts';
import { type Check, canServe } from './key.ts';
import { type BusEvent, callDetailType } from './key-event.ts';

/** The call of a full check that is forwarded: only checks make it, and the key policy allows it. */
export const provingCall = 'GetKeyRotationStatus';

/**
 * The state of a rule that includes read-only calls. Source: EventBridge user guide, "Receiving read-only management
 * events".
 */
export const withReads = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

export interface AwaitedProof {
  /** KMS's request id, which CloudTrail's record contains too. */
  readonly requestId: string;
  /** When the check was made (ISO 8601). */
  readonly since: string;
}

/** The state of a key's echoes, on the row of the key's owner. */
export interface DeliveryProofs {
  /** The time of the last check whose echo arrived (ISO 8601); not set without an echo, or after a missing one. */
  readonly provenAt?: string;
  /** When that echo arrived (ISO 8601). */
  readonly arrivedAt?: string;
  /** The request whose echo is expected; one at a time. */
  readonly awaitedRequest?: string;
  readonly awaitedSince?: string;
  /** The time of the key's last event (ISO 8601). KMS may still return the old state for a while. */
  readonly newsAt?: string;
}

/**
 * `proven`: the last echo arrived. `open`: the first echo is expected. `unproven`: an echo is missing, or none ever
 * arrived.
 */
export type DeliveryStatus = 'proven' | 'open' | 'unproven';

/**
 * An echo that takes longer is missing. CloudTrail delivers in 5 minutes on average (user guide, "How CloudTrail
 * works").
 */
const allowanceMs = 15 * 60_000;

export const isOverdue = ({ awaitedSince }: DeliveryProofs, at: Date): boolean =>
  awaitedSince !== undefined && !isRecent(awaitedSince, at, allowanceMs);

/** A proof is valid until the next full check, after `fullMinutes`, should have renewed it. */
export function deliveryStatusOf(echoes: DeliveryProofs, at: Date, fullMinutes: number): DeliveryStatus {
  if (isOverdue(echoes, at)) return 'unproven';
  if (echoes.provenAt !== undefined && isRecent(echoes.provenAt, at, fullMinutes * 60_000 + allowanceMs))
    return 'proven';
  return echoes.awaitedSince === undefined ? 'unproven' : 'open';
}

/**
 * Whether an expired proof says nothing about the delivery: no full check has tried to renew it, as after a pause of
 * the sweep, or the echo of the last full check can still arrive. `checkedAt` is the time of that check (ISO 8601).
 */
export function isUntried(
  { provenAt, awaitedSince }: DeliveryProofs,
  checkedAt: string | undefined,
  at: Date,
): boolean {
  if (provenAt === undefined || awaitedSince !== undefined || checkedAt === undefined) return false;
  return Date.parse(checkedAt) < Date.parse(provenAt) + allowanceMs || isRecent(checkedAt, at, allowanceMs);
}

/** Null for a check without an echo: KMS records denied calls in the caller's account only. */
export function awaitedProofOf({ verdict, calls = [], at }: Check): AwaitedProof | null {
  const call = calls.find(({ call: name, error }) => name === provingCall && error === null);
  return canServe(verdict) && call?.requestId ? { requestId: call.requestId, since: at } : null;
}

export interface DeliveryProof {
  readonly arn: string;
  readonly requestId: string;
}

interface Detail {
  readonly eventSource?: unknown;
  readonly eventName?: unknown;
  readonly requestID?: unknown;
  readonly resources?: readonly ({ readonly ARN?: unknown } | null)[];
}

/** Null for other events. The request id proves that the request was Latchkey's, because a forger does not know it. */
export function deliveryProofOf({ source, 'detail-type': type, account, detail }: BusEvent): DeliveryProof | null {
  if (source !== 'aws.kms' || type !== callDetailType || typeof detail !== 'object' || detail === null) return null;
  const { eventSource, eventName, requestID, resources } = detail as Detail;
  if (eventSource !== 'kms.amazonaws.com' || eventName !== provingCall || typeof requestID !== 'string') return null;
  const arn = (Array.isArray(resources) ? resources : [])
    .map((resource) => resource?.ARN)
    .find((each) => typeof each === 'string');
  return typeof arn === 'string' && arn.split(':')[4] === account ? { arn, requestId: requestID } : null;
}
