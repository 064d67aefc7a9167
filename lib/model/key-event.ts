/**
 * An event about a key from a customer's account, which triggers an observation of the key but decides nothing. Only
 * the envelope's `account`, which EventBridge sets, is trusted: an event about another account's key is forged or
 * misrouted.
 */
import type { Actor } from './entry.ts';

/** The members of the envelope that are read. The sender controls all of `detail`. */
export interface BusEvent {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly account: string;
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export const callDetailType = 'AWS API Call via CloudTrail';

/**
 * Calls after which a key may be usable or unusable, or a warning about it may be wrong. Source: AWS KMS developer
 * guide, "Key states" and "Grants".
 */
export const newsworthyCalls = [
  'DisableKey',
  'EnableKey',
  'ScheduleKeyDeletion',
  'CancelKeyDeletion',
  'PutKeyPolicy',
  'RevokeGrant',
  'DeleteImportedKeyMaterial',
  'ImportKeyMaterial',
  'EnableKeyRotation',
  'DisableKeyRotation',
] as const;

/**
 * Relevant only if a principal of the key's account makes it: the platform and EC2 retire grants as a matter of
 * routine.
 */
export const ownersCall = 'RetireGrant';

/**
 * What KMS reports by itself, without a call. Source: AWS KMS developer guide, "Monitor KMS keys with Amazon
 * EventBridge".
 */
export const directEvents = ['KMS CMK Deletion', 'KMS Imported Key Material Expiration', 'KMS CMK Rotation'] as const;

/** `failed_call`: KMS refused the call. `foreign_account`: the sender is another account than the key's. */
export type Ignored = 'failed_call' | 'foreign_account';

export interface CloudTrailRef {
  readonly eventId: string;
  readonly requestId: string | null;
  /** ISO 8601. */
  readonly at: string | null;
}

export interface KeyEvent {
  readonly arns: readonly string[];
  /** The call's or the event's name. */
  readonly name: string;
  readonly actor: Actor;
  /** Whether it may make the key usable or unusable; then it is recorded independently of the check's result. */
  readonly isTurn: boolean;
  /**
   * The call's record in the CloudTrail of the key's account, by the sender; null for events of KMS itself.
   */
  readonly cloudTrail: CloudTrailRef | null;
  /** Null for an event after which the keys are checked. */
  readonly ignored: Ignored | null;
}

/** Null for an event about no key. */
export function keyEventOf(event: BusEvent): KeyEvent | null {
  const name = nameOf(event);
  if (event.source !== 'aws.kms' || !name) return null;
  const detail = detailOf(event);
  const principal = detail.userIdentity?.arn;
  const actor: Actor =
    typeof principal === 'string' ? { kind: 'aws_principal', id: principal } : { kind: 'event', id: event.id };
  const named = keysIn(event);
  const own = named.filter((arn) => arn.split(':')[4] === event.account);
  const fact = {
    name,
    actor,
    isTurn: name !== ownersCall && !name.endsWith('Rotation'),
    cloudTrail: cloudTrailOf(detail),
  };
  if (own.length === 0) return named.length > 0 ? { ...fact, arns: named, ignored: 'foreign_account' } : null;
  return { ...fact, arns: own, ignored: detail.errorCode ? 'failed_call' : null };
}

interface CloudTrailDetail {
  readonly eventSource?: unknown;
  readonly eventName?: unknown;
  readonly errorCode?: unknown;
  readonly resources?: readonly ({ readonly ARN?: unknown } | null)[];
  readonly userIdentity?: { readonly arn?: unknown; readonly accountId?: unknown } | null;
  readonly eventID?: unknown;
  readonly requestID?: unknown;
  readonly eventTime?: unknown;
}

function cloudTrailOf({ eventID, requestID, eventTime }: CloudTrailDetail): CloudTrailRef | null {
  const eventId = matching(eventID, /^[\w-]{1,64}$/);
  if (eventId === null) return null;
  return {
    eventId,
    requestId: matching(requestID, /^[\w-]{1,64}$/),
    at: matching(eventTime, /^\d{4}-\d\d-\d\dT[\d:.]{8,16}Z$/),
  };
}

/** Only a text of the expected form is recorded, since the sender controls it. */
const matching = (value: unknown, form: RegExp): string | null =>
  typeof value === 'string' && form.test(value) ? value : null;

const detailOf = ({ detail }: BusEvent): CloudTrailDetail =>
  (typeof detail === 'object' && detail !== null ? detail : {}) as CloudTrailDetail;

function nameOf(event: BusEvent): string | null {
  const type = event['detail-type'];
  if (directEvents.some((name) => name === type)) return type;
  const { eventSource, eventName, userIdentity } = detailOf(event);
  if (type !== callDetailType || eventSource !== 'kms.amazonaws.com') return null;
  const isOwners = eventName === ownersCall && userIdentity?.accountId === event.account;
  return isOwners || newsworthyCalls.some((name) => name === eventName) ? String(eventName) : null;
}

/** A record's `requestParameters.keyId` may be a bare id, or an alias; its `resources` have the ARN. */
function keysIn(event: BusEvent): string[] {
  const { resources } = detailOf(event);
  const named = [...event.resources, ...(Array.isArray(resources) ? resources.map((resource) => resource?.ARN) : [])];
  return [...new Set(named)].filter(
    (arn): arn is string => typeof arn === 'string' && /^arn:[\w-]+:kms:[\w-]*:\d{12}:key\//.test(arn),
  );
}
