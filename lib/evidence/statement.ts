/**
 * The statement that is signed: the key's lockouts in a stretch of time, the entries of the timeline that say so, and the hashes of every
 * entry of the team in that time. Entries that are not about the key are there as hashes only. Pure.
 */
import { canonicalJson, type Entry } from '#lib/model/entry.ts';
import { type EventFact, eventsIn, type LockoutFacts, lockoutsIn } from './facts.ts';

export const format = 'latchkey-evidence/1';
export const algorithm = 'ECDSA_SHA_256';

/** ISO 8601, UTC; `from` on, and before `to`. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export interface Chain {
  /** The place of the first entry that has a hash here; 0 without any. */
  readonly first: number;
  /** The hash before it. */
  readonly previousHash: string;
  /** Without a gap, of each entry of the team in that time. */
  readonly hashes: readonly string[];
  /** The chain's newest entry when this was issued. */
  readonly head: Head;
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
  readonly signedBy: { readonly keyId: string; readonly algorithm: typeof algorithm };
  readonly verify: readonly string[];
}

export interface Signature {
  readonly keyId: string;
  readonly algorithm: typeof algorithm;
  /** ECDSA over P-256, in DER, in base64: of the SHA-256 of the statement's canonical JSON. */
  readonly value: string;
  /** PEM. It proves nothing by itself: compare it with one that came another way. */
  readonly publicKey: string;
}

export interface Bundle {
  readonly statement: Statement;
  readonly signature: Signature;
}

export type Facts = Pick<Statement, 'key' | 'covers' | 'entries'>;

/** What can be computed from the entries again. */
export function told({ key, covers, entries }: Facts): Pick<Statement, 'summary' | 'events' | 'lockouts'> {
  const lockouts = lockoutsIn(entries);
  return { summary: summaryOf({ key, covers, lockouts }), events: eventsIn(entries), lockouts };
}

function summaryOf({ key, covers, lockouts }: Omit<Facts, 'entries'> & Pick<Statement, 'lockouts'>): string {
  const count =
    { 0: 'There was no lockout', 1: 'There was one lockout' }[lockouts.length] ??
    `There were ${lockouts.length} lockouts`;
  return `${count} of the key ${key.arn} from ${covers.from} until before ${covers.to}.`;
}

export const signedBytes = (statement: unknown): Buffer => Buffer.from(canonicalJson(statement));

export const howToVerify = (keyId: string): string[] => [
  `Get the public key from AWS, not from this file: aws kms get-public-key --key-id ${keyId} --query PublicKey --output text | base64 -d | openssl pkey -pubin -inform DER > key.pem`,
  'Verify with Latchkey, offline: npm run verify-evidence -- --public-key key.pem FILE',
  'Or the signature alone, without Latchkey: jq -jcS .statement FILE > statement; jq -r .signature.value FILE | base64 -d > signature; openssl dgst -sha256 -verify key.pem -signature signature statement',
  "Compare KMS's request ids and CloudTrail's event ids with the trail of the key's own account.",
];
