/**
 * What EventBridge delivers in the key owner's account: for a management call that succeeded or that a policy denied to
 * a principal of that account, the record that CloudTrail makes of it; for a deletion, a rotation or an expiry, KMS's
 * own event. Never has key material, plaintext, import tokens or grant tokens in it.
 * Does not: report calls that failed otherwise, reads other than GetKeyRotationStatus, cryptographic operations or
 * calls about custom key stores, or report to the caller's account too when that is another one.
 */
import { randomUUID } from 'node:crypto';
import type { Call, Caller } from '../protocol.ts';
import { principalIdOf } from '../sts.ts';
import type { Notice } from './context.ts';
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

/** What KMS reports by itself; `detail` has the key's id only. */
export interface KmsNoticeEvent extends Omit<KmsManagementEvent, 'detail-type' | 'detail'> {
  readonly 'detail-type': Notice;
  readonly detail: { readonly 'key-id': string };
}

export type KmsEvent = KmsManagementEvent | KmsNoticeEvent;

export const noticeEvent = (notice: Notice, key: KmsKey, at: number): KmsNoticeEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': notice,
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

/** A call that a policy denied: without a response. `reason` is the message that the caller gets. */
export function deniedEvent(denied: Pick<Recorded, 'call' | 'key' | 'at'>, reason: string): KmsManagementEvent {
  const event = managementEvent({ ...denied, answer: {}, readOnly: false, withoutRequest: false });
  const failure = { responseElements: null, errorCode: 'AccessDenied', errorMessage: reason };
  return { ...event, detail: { ...event.detail, ...failure } };
}

export interface Recorded {
  readonly call: Call;
  readonly key: KmsKey;
  readonly at: Date;
  readonly answer: object;
  /** Changes nothing; CloudTrail leaves out what such a call answered. */
  readonly readOnly: boolean;
  /** True for a call whose request is a secret by itself (a grant token). */
  readonly withoutRequest: boolean;
}

export function managementEvent({ call, key, at, answer, readOnly, withoutRequest }: Recorded): KmsManagementEvent {
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
        : { ...trailMembers(answer), ...('KeyMetadata' in answer ? {} : { keyId: key.arn }) },
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
 * CloudTrail writes members with a small first letter, and dates as words; the pairs of an encryption context stay as
 * they are.
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
