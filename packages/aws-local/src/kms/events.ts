/**
 * Events in the key owner's account: CloudTrail's record of a management call that succeeded, or that a policy denied
 * to a principal of that account; and KMS's own events of deletions, rotations and expiries. Without key material,
 * plaintext, import tokens and grant tokens.
 * Does not: report calls with other errors, reads other than GetKeyRotationStatus, cryptographic operations or calls
 * about custom key stores; or report to the account of a caller from another account.
 */
import { randomUUID } from 'node:crypto';
import type { Call, Caller } from '../protocol.ts';
import { principalIdOf } from '../sts.ts';
import type { KeyEventType } from './context.ts';
import type { KmsKey } from './records.ts';
import { trailDate } from './trail-date.ts';

type Json = Readonly<Record<string, unknown>>;

export interface KmsManagementEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'AWS API Call via CloudTrail';
  readonly source: 'aws.kms';
  /** The key owner's account. */
  readonly account: string;
  /** ISO 8601, to the second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: CloudTrailRecord;
}

/** An event without a call; `detail` has the key's id only. */
export interface KmsKeyEvent extends Omit<KmsManagementEvent, 'detail-type' | 'detail'> {
  readonly 'detail-type': KeyEventType;
  readonly detail: { readonly 'key-id': string };
}

export type KmsEvent = KmsManagementEvent | KmsKeyEvent;

export const keyEvent = (type: KeyEventType, key: KmsKey, at: number): KmsKeyEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': type,
  source: 'aws.kms',
  account: key.accountId,
  time: toSeconds(new Date(at)),
  region: key.region,
  resources: [key.arn],
  detail: { 'key-id': key.keyId },
});

const toSeconds = (at: Date) => at.toISOString().replace(/\.\d{3}Z$/, 'Z');

interface CloudTrailRecord {
  readonly eventVersion: string;
  readonly userIdentity: {
    readonly type: string;
    readonly principalId: string;
    readonly arn: string;
    readonly accountId: string;
  };
  readonly eventTime: string;
  readonly eventSource: 'kms.amazonaws.com';
  readonly eventName: string;
  readonly awsRegion: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  readonly requestParameters: Json | null;
  readonly responseElements: Json | null;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestID: string;
  readonly eventID: string;
  readonly readOnly: boolean;
  readonly resources: readonly { readonly accountId: string; readonly type: 'AWS::KMS::Key'; readonly ARN: string }[];
  readonly eventType: 'AwsApiCall';
  readonly managementEvent: true;
  readonly recipientAccountId: string;
}

/** Of a denied call, which has no response. `reason` is the caller's error message. */
export function deniedEvent(denied: Pick<CallRecord, 'call' | 'key' | 'at'>, reason: string): KmsManagementEvent {
  const event = managementEvent({ ...denied, response: {}, readOnly: false, withoutRequest: false });
  const failure = { responseElements: null, errorCode: 'AccessDenied', errorMessage: reason };
  return { ...event, detail: { ...event.detail, ...failure } };
}

export interface CallRecord {
  readonly call: Call;
  readonly key: KmsKey;
  readonly at: Date;
  readonly response: object;
  /** CloudTrail omits the responses of read-only calls. */
  readonly readOnly: boolean;
  /** True for a call whose request contains a secret (a grant token). */
  readonly withoutRequest: boolean;
}

export function managementEvent({ call, key, at, response, readOnly, withoutRequest }: CallRecord): KmsManagementEvent {
  const time = toSeconds(at);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.kms',
    account: key.accountId,
    time,
    region: key.region,
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: identityOf(call.caller),
      eventTime: time,
      eventSource: 'kms.amazonaws.com',
      eventName: call.operation,
      awsRegion: key.region,
      sourceIPAddress: call.caller.viaService ?? '127.0.0.1',
      userAgent: call.caller.viaService ?? 'AWS Internal',
      requestParameters: withoutRequest ? null : trailMembers(call.input),
      responseElements: readOnly
        ? null
        : { ...trailMembers(response), ...('KeyMetadata' in response ? {} : { keyId: key.arn }) },
      requestID: call.requestId,
      eventID: randomUUID(),
      readOnly,
      resources: [{ accountId: key.accountId, type: 'AWS::KMS::Key', ARN: key.arn }],
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: key.accountId,
    },
  };
}

function identityOf({ arn, accountId }: Caller) {
  const type = arn.endsWith(':root') ? 'Root' : arn.includes(':role/') ? 'AssumedRole' : 'IAMUser';
  return { type, principalId: principalIdOf(arn), arn, accountId };
}

const secrets = new Set(['GrantToken', 'GrantTokens', 'ImportToken', 'EncryptedKeyMaterial']);

/**
 * CloudTrail's members begin in lower case, and dates are texts. The pairs of an encryption context are unchanged.
 */
function trailMembers(members: object): Json {
  const entries = Object.entries(members).filter(([name, value]) => !secrets.has(name) && value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), trailValue(name, value)]),
  );
}

function trailValue(name: string, value: unknown): unknown {
  if (typeof value === 'number' && (name.endsWith('Date') || name === 'ValidTo')) return trailDate(value);
  if (name.startsWith('EncryptionContext')) return value;
  if (Array.isArray(value)) return value.map((item) => trailValue(name, item));
  return typeof value === 'object' && value !== null ? trailMembers(value) : value;
}
