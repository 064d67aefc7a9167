/**
 * Verifies a bundle offline: the signature, the hashes, and that every fact follows from an entry. Pure. Only an export
 * of the timeline shows that no entry was omitted from the chain before the signature.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import * as z from 'zod/mini';
import {
  algorithm,
  type Bundle,
  derivedParts,
  format,
  type Signature,
  type SignedBy,
  type Statement,
  signedBytes,
} from '#lib/evidence/statement.ts';
import { type Entry, entryHash } from '#lib/model/entry.ts';
import { english } from '#lib/model/schema.ts';
import { firstDifference } from './difference.ts';

/** The members that the verification needs; the signature and the facts cover the rest. */
const entry = z.looseObject({
  seq: z.int().check(z.positive()),
  teamId: z.string(),
  at: z.string(),
  type: z.string(),
  actor: z.looseObject({ id: z.string() }),
  subject: z.looseObject({}),
  data: z.looseObject({}),
  previousHash: z.string(),
  hash: z.string(),
});
const signer = { keyId: z.string(), algorithm: z.literal(algorithm) };
export const signatureSchema = z.strictObject({ ...signer, value: z.string(), publicKey: z.string() });
const bundle = z.strictObject({
  statement: z.looseObject({
    format: z.literal(format),
    team: z.string(),
    key: z.looseObject({ id: z.string(), arn: z.string() }),
    covers: z.looseObject({ from: z.string(), to: z.string() }),
    entries: z.array(entry),
    chain: z.looseObject({
      first: z.int().check(z.nonnegative()),
      previousHash: z.string(),
      hashes: z.array(z.string()),
      head: z.looseObject({ seq: z.int().check(z.nonnegative()), hash: z.string() }),
    }),
    signedBy: z.looseObject(signer),
  }),
  signature: signatureSchema,
});

/** Throws for a text that is not a bundle, with the first reason. */
export function readBundle(text: string): Bundle {
  const parsed = bundle.safeParse(JSON.parse(text), english);
  if (parsed.success) return JSON.parse(text) as Bundle;
  const [issue] = parsed.error.issues;
  throw new Error(`This is not a bundle of evidence: /${issue?.path.join('/') ?? ''}: ${issue?.message ?? ''}`);
}

/** The first fault as a sentence; null for a valid bundle. `publicKey`: PEM, from KMS. */
export const faultOf = ({ statement, signature }: Bundle, publicKey: string): string | null =>
  faultOfSignature({ statement, signature }, publicKey) ?? faultOfChain(statement) ?? faultOfFacts(statement);

const asDer = (pem: string): string => createPublicKey(pem).export({ type: 'spki', format: 'der' }).toString('base64');

interface Signed {
  readonly statement: { readonly signedBy: SignedBy };
  readonly signature: Signature;
}

/** `publicKey`: PEM, from KMS. */
export function faultOfSignature({ statement, signature }: Signed, publicKey: string): string | null {
  const value = Buffer.from(signature.value, 'base64');
  if (value.toString('base64') !== signature.value) return 'The signature is not in the base64 encoding of KMS.';
  if (!verify('sha256', signedBytes(statement), createPublicKey(publicKey), value))
    return 'The signature is invalid: the file was changed after it was signed, or another key signed it.';
  const { keyId, algorithm: by } = signature;
  const difference = firstDifference({ keyId, algorithm: by }, statement.signedBy, '/signature');
  if (difference) return `${difference}.`;
  return hasKey(signature.publicKey, publicKey)
    ? null
    : '/signature/publicKey is not the key that the signature was verified with.';
}

function hasKey(pem: string, publicKey: string): boolean {
  try {
    return asDer(pem) === asDer(publicKey);
  } catch {
    return false;
  }
}

type HashAt = (seq: number) => string | undefined;

function faultOfChain({ team, chain, entries }: Statement): string | null {
  const { first, previousHash, hashes } = chain;
  const at: HashAt = (seq) => (seq === first - 1 ? previousHash : hashes[seq - first]);
  for (const [index, each] of entries.entries()) {
    const fault = faultOfEntry(each, { team, at, after: entries[index - 1]?.seq ?? 0 });
    if (fault) return `Entry #${each.seq} ${fault}.`;
  }
  return hashes.length > 0 ? faultOfHead(chain, at) : null;
}

function faultOfHead({ first, hashes, head }: Statement['chain'], at: HashAt): string | null {
  const last = first + hashes.length - 1;
  if (head.seq < last) return 'The bundle has more entries than the chain had when the bundle was issued.';
  return head.seq === last && head.hash !== at(last)
    ? "The chain's newest hash differs from the hash at its position."
    : null;
}

function faultOfEntry(each: Entry, { team, at, after }: { team: string; at: HashAt; after: number }): string | null {
  if (each.seq <= after) return 'is not in the order of the chain';
  if (each.teamId !== team) return "is of another team's chain";
  if (entryHash(each) !== each.hash) return 'does not have the hash of its content';
  if (at(each.seq) !== each.hash) return 'does not have the hash at its position in the chain';
  return at(each.seq - 1) === each.previousHash ? null : 'does not have the previous hash of the chain';
}

function faultOfFacts(statement: Statement): string | null {
  const { key, covers, entries, summary, events, lockouts } = statement;
  const stray = entries.find(({ subject, at }) => subject.keyId !== key.id || at < covers.from || at >= covers.to);
  if (stray) return `Entry #${stray.seq} is not about this key in the time span.`;
  const expected = JSON.parse(JSON.stringify(derivedParts({ key, covers, entries })));
  const difference = firstDifference({ summary, events, lockouts }, expected);
  return difference && `${difference}.`;
}

/**
 * Compares the bundle with an export of the timeline: the export must contain its entries, and no other entries of
 * the key.
 */
export function faultBeside({ key, covers, chain, entries }: Statement, timeline: readonly Entry[]): string | null {
  const shown = new Set(entries.map(({ seq }) => seq));
  const bySeq = new Map(timeline.map((each) => [each.seq, each]));
  for (const [index, hash] of chain.hashes.entries()) {
    const seq = chain.first + index;
    const other = bySeq.get(seq);
    if (!other) return `Entry #${seq} is not in the export.`;
    if (other.hash !== hash) return `Entry #${seq} differs in the export.`;
  }
  const omitted = timeline.find(
    ({ seq, subject, at }) => subject.keyId === key.id && at >= covers.from && at < covers.to && !shown.has(seq),
  );
  return omitted
    ? `Entry #${omitted.seq} of the export is about this key in the time span, but is missing in the bundle.`
    : null;
}

export const digestOf = (statement: unknown): string =>
  createHash('sha256').update(signedBytes(statement)).digest('hex');
