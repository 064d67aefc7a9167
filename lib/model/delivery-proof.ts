/**
 * An echo is what comes back of a full check. KMS records each call in the CloudTrail of the key's account too, and the rule there that forwards
 * news of the key forwards one call of ours with it. Who hears the echo knows that news of the key arrives, end to end. Pure; what AWS documents of
 * this, and why it is this call: docs/design/014-how-often-a-key-is-swept.md.
 */
import { isRecent } from './clock.ts';
import type { Check } from './key.ts';
import { type BusEvent, callDetailType } from './key-event.ts';

/** Of the calls of a full check the one that comes back: nothing else of the platform makes it, and the policy that we hand out allows it. */
export const provingCall = 'GetKeyRotationStatus';

/** The state of a rule that CloudTrail's records of reads reach too. Source: EventBridge user guide, "Receiving read-only management events". */
export const withReads = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

export interface AwaitedProof {
  /** KMS's id of the request, which CloudTrail's record of it has too. */
  readonly requestId: string;
  /** When the check was made (ISO 8601). */
  readonly since: string;
}

/** What is known of a key's echoes, on the row that names its owner. */
export interface DeliveryProofs {
  /** When the check was made whose echo came last (ISO 8601); not set when none did, or when one failed to come. */
  readonly provenAt?: string;
  /** The request whose echo is awaited, and since when; one at a time. */
  readonly awaitedRequest?: string;
  readonly awaitedSince?: string;
  /** When news of the key came last (ISO 8601). KMS may answer as before it for a while. */
  readonly newsAt?: string;
}

/** `proven`: the last echo came. `open`: one is awaited, and none before it counts. `unproven`: one failed to come, or none was ever heard. */
export type DeliveryStatus = 'proven' | 'open' | 'unproven';

/** What takes longer never came. CloudTrail delivers in 5 minutes on average, and promises no time (its user guide, "How CloudTrail works"). */
const allowanceMs = 15 * 60_000;

export const isOverdue = ({ awaitedSince }: DeliveryProofs, at: Date): boolean =>
  awaitedSince !== undefined && !isRecent(awaitedSince, at, allowanceMs);

/** A proof lasts until the next full check should have renewed it, so many minutes later. */
export function deliveryStatusOf(echoes: DeliveryProofs, at: Date, fullMinutes: number): DeliveryStatus {
  if (isOverdue(echoes, at)) return 'unproven';
  if (echoes.provenAt !== undefined && isRecent(echoes.provenAt, at, fullMinutes * 60_000 + allowanceMs))
    return 'proven';
  return echoes.awaitedSince === undefined ? 'unproven' : 'open';
}

/** Null for a check without an answer to come back: what KMS denies is recorded in the caller's account only. */
export function awaitedProofOf({ verdict, calls = [], at }: Check): AwaitedProof | null {
  const call = calls.find(({ call: name, error }) => name === provingCall && error === null);
  return verdict === 'usable' && call?.requestId ? { requestId: call.requestId, since: at } : null;
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

/** Null for any other event. Whether the request was ours, its id says: whoever made the event up does not know it. */
export function deliveryProofOf({ source, 'detail-type': type, account, detail }: BusEvent): DeliveryProof | null {
  if (source !== 'aws.kms' || type !== callDetailType || typeof detail !== 'object' || detail === null) return null;
  const { eventSource, eventName, requestID, resources } = detail as Detail;
  if (eventSource !== 'kms.amazonaws.com' || eventName !== provingCall || typeof requestID !== 'string') return null;
  const arn = (Array.isArray(resources) ? resources : [])
    .map((resource) => resource?.ARN)
    .find((each) => typeof each === 'string');
  return typeof arn === 'string' && arn.split(':')[4] === account ? { arn, requestId: requestID } : null;
}
