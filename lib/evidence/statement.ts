/**
 * The signed statement: the key's lockouts in a time span, their timeline entries, and the hashes of all entries of the
 * team in the time span. Entries that are not about the key are included as hashes only. Pure.
 */
import { canonicalJson, type Entry } from '#lib/model/entry.ts';
import { type EventFact, eventsIn, type LockoutFacts, lockoutsIn } from './facts.ts';

export const format = 'latchkey-evidence/1';
export const algorithm = 'ECDSA_SHA_256';

/** ISO 8601, UTC; `from` is inclusive, `to` exclusive. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export interface Chain {
  /** The sequence number of the first hash; 0 without hashes. */
  readonly first: number;
  /** The hash before it. */
  readonly previousHash: string;
  /** The hashes of all entries of the team in the time span, without a gap. */
  readonly hashes: readonly string[];
  /** The chain's newest entry when the bundle was issued. */
  readonly head: Head;
}

export interface SignedBy {
  readonly keyId: string;
  readonly algorithm: typeof algorithm;
}

export interface Statement {
  readonly format: typeof format;
  readonly issuedAt: string;
  readonly team: string;
  readonly key: { readonly id: string; readonly arn: string };
  readonly covers: Span;
  readonly summary: string;
  readonly events: readonly EventFact[];
  readonly lockouts: readonly LockoutFacts[];
  readonly entries: readonly Entry[];
  readonly chain: Chain;
  readonly signedBy: SignedBy;
  readonly verify: readonly string[];
}

export interface Signature extends SignedBy {
  /** ECDSA over P-256, in DER, in base64: of the SHA-256 of the statement's canonical JSON. */
  readonly value: string;
  /** PEM. Compare it with the key from KMS, because the file could be forged as a whole. */
  readonly publicKey: string;
}

export interface Bundle {
  readonly statement: Statement;
  readonly signature: Signature;
}

export type StatementInput = Pick<Statement, 'key' | 'covers' | 'entries'>;

/** The part of the statement that is derived from the entries. */
export function derivedParts({
  key,
  covers,
  entries,
}: StatementInput): Pick<Statement, 'summary' | 'events' | 'lockouts'> {
  const lockouts = lockoutsIn(entries);
  return { summary: summaryOf({ key, covers, lockouts }), events: eventsIn(entries), lockouts };
}

function summaryOf({ key, covers, lockouts }: Omit<StatementInput, 'entries'> & Pick<Statement, 'lockouts'>): string {
  const count =
    { 0: 'There was no lockout', 1: 'There was one lockout' }[lockouts.length] ??
    `There were ${lockouts.length} lockouts`;
  return `${count} of the key ${key.arn} from ${covers.from} until before ${covers.to}.`;
}

export const signedBytes = (statement: unknown): Buffer => Buffer.from(canonicalJson(statement));

/** How to verify any signed file. */
export const howToVerifySignature = (keyId: string): string[] => [
  `Get the public key from AWS, not from this file: aws kms get-public-key --key-id ${keyId} --query PublicKey ` +
    '--output text | base64 -d | openssl pkey -pubin -inform DER > key.pem',
  'Verify with Latchkey, offline: npm run verify-evidence -- --public-key key.pem FILE',
  'Or the signature alone, without Latchkey: jq -jcS .statement FILE > statement; jq -r .signature.value FILE | ' +
    'base64 -d > signature; openssl dgst -sha256 -verify key.pem -signature signature statement',
];

export const howToVerify = (keyId: string): string[] => [
  ...howToVerifySignature(keyId),
  "Compare KMS's request ids and CloudTrail's event ids with the trail of the key's own account.",
];
