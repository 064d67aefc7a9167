/** A chain in which a key is locked out and restored, and the bundle about it, signed by a new key pair. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { type EvidenceDeps, type EvidenceRequest, issueEvidence } from '#lib/evidence/issue.ts';
import { type Bundle, type Signature, type SignedBy, signedBytes } from '#lib/evidence/statement.ts';
import { type Entry, entryHash, firstHash, type NewEntry } from '#lib/model/entry.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import { type LockoutSteps, noteLockouts } from '#lib/timeline/lockout-rows.ts';
import { aKey, aLockout, anId, at, keyArn, sweepActor, teamId, tokenActor } from '#test/support/build.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
export const otherPem = String(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }),
);
const signerArn = 'arn:aws:kms:us-east-1:210987654321:key/0000abcd-12ab-34cd-56ef-1234567890ab';

const databaseId = anId('db', 1);
const lockoutId = anId('lk', 1);
const keyId = aKey().id;
const workflow = { kind: 'workflow', id: 'lockout' } as const;
const subject = { keyId, lockoutId };
const batch = { actor: workflow, subject: { ...subject, databaseIds: [databaseId] } };
const arn = keyArn;
const calls = [
  { call: 'Decrypt', dryRun: false, of: 'canary' as const, error: 'DisabledException', requestId: 'request-1' },
];
const refused = {
  at: at.toISOString(),
  verdict: 'unusable' as const,
  cause: 'key_disabled' as const,
  keyState: 'Disabled',
  calls,
};
const allowed = {
  ...refused,
  verdict: 'usable' as const,
  cause: null,
  keyState: 'Enabled',
  calls: calls.map((call) => ({ ...call, error: null })),
};
const volume = { volumeBytes: 900, volumeSha256: 'ab'.repeat(32) };
const saved = { savedAt: at.toISOString(), snapshotBytes: 400 };
const cloudTrail = { eventId: 'trail-1', requestId: 'request-0', at: at.toISOString() };
const of = { databaseId, name: 'orders' };

export const aLockoutsEntries: readonly NewEntry[] = [
  {
    type: 'KeyEventReceived',
    actor: { kind: 'aws_principal', id: 'arn:aws:iam::111122223333:user/admin' },
    subject: { keyId },
    data: { arn, name: 'DisableKey', eventId: 'event-1', cloudTrail },
  },
  {
    type: 'LockoutOpened',
    actor: sweepActor,
    subject,
    data: { arn, cause: 'key_disabled', deadline: at.toISOString(), databases: 1, checks: [refused] },
  },
  { type: 'AppCreated', actor: tokenActor, subject: { appId: anId('app', 9) }, data: { name: 'a-neighbour' } },
  {
    type: 'LockoutAdvanced',
    actor: workflow,
    subject,
    data: { arn, from: 'waiting', to: 'stopping_services', checks: [refused] },
  },
  { type: 'ServicesStopped', ...batch, data: { arn, count: 1, databases: [{ ...of, ...saved }] } },
  {
    type: 'ServersStopped',
    ...batch,
    data: {
      arn,
      count: 1,
      databases: [
        {
          ...of,
          ...saved,
          ...volume,
          opening: { answer: 'refused', error: 'DisabledException', requestId: 'request-2' },
        },
      ],
    },
  },
  { type: 'DatabasesStopped', actor: workflow, subject, data: { arn, checks: [refused] } },
  {
    type: 'AdminsNotified',
    actor: workflow,
    subject,
    data: {
      fact: 'databases_stopped',
      admins: ['ann@example.com'],
      mails: [{ to: 'ann@example.com', messageId: 'mail-1' }],
    },
  },
  {
    type: 'LockoutAdvanced',
    actor: sweepActor,
    subject,
    data: { arn, from: 'stopped', to: 'starting_servers', checks: [allowed] },
  },
  { type: 'ServersStarted', ...batch, data: { arn, count: 1, databases: [{ ...of, ...volume }] } },
  { type: 'ServicesStarted', ...batch, data: { arn, count: 1, databases: [of] } },
  { type: 'DatabasesRestored', actor: workflow, subject, data: { arn, checks: [allowed] } },
];

/** A minute apart, from `at` on. */
export function chainOf(entries: readonly NewEntry[]): Entry[] {
  const chain: Entry[] = [];
  for (const [index, entry] of entries.entries()) {
    const seq = index + 1;
    const linked = {
      ...entry,
      id: anId('entry', seq),
      teamId,
      seq,
      at: minute(index),
      previousHash: chain.at(-1)?.hash ?? firstHash,
    };
    chain.push({ ...linked, hash: entryHash(linked) });
  }
  return chain;
}

export const minute = (count: number): string => new Date(at.getTime() + count * 60_000).toISOString();

export const signed = <T extends { readonly signedBy: SignedBy }>(
  statement: T,
): { statement: T; signature: Signature } => ({
  statement,
  signature: {
    ...statement.signedBy,
    value: sign('sha256', signedBytes(statement), privateKey).toString('base64'),
    publicKey: pem,
  },
});

/** The lockout's row after these entries. */
export function rowOf(chain: readonly Entry[], id: string): Lockout {
  const recorded: LockoutSteps = new Map();
  noteLockouts(recorded, chain);
  const steps = recorded.get(id) ?? [];
  return aLockout({ id, steps, state: steps.at(-1)?.state ?? 'waiting' });
}

/** `reads` counts the entries and pages of the chain that were read. */
export function issuing(chain: readonly Entry[], now = minute(60), changes: Partial<EvidenceDeps> = {}) {
  const reads = { entries: 0, pages: 0 };
  const issue = issueEvidence({
    keyById: async (_, id) => (id === keyId ? aKey() : null),
    headOfChain: async () => ({ seq: chain.length, hash: chain.at(-1)?.hash ?? firstHash }),
    entryAt: async (_, seq) => {
      reads.entries += 1;
      return chain[seq - 1] ?? null;
    },
    chainOf: async (_, after) => {
      reads.pages += 1;
      const start = after;
      const items = chain.slice(start, start + 500);
      const more = start + 500 < chain.length;
      return { items, cursor: more ? `ENTRY#${String(start + 500).padStart(12, '0')}` : null };
    },
    signer: async () => ({ keyId: signerArn, publicKey: pem }),
    signDigest: async (digest) => {
      // The signer gets the digest only; `aBundle` signs the statement itself.
      if (digest.length !== 32) throw new Error('That is no SHA-256');
      return createHash('sha256').update(digest).digest('base64');
    },
    readCheckpoint: async () => null,
    lockoutById: async (_, id) => rowOf(chain, id),
    now: () => new Date(now),
    ...changes,
  });
  return { reads, issue: (changes: Partial<EvidenceRequest> = {}) => issue({ teamId, key: keyId, ...changes }) };
}

export const aBundle = async (changes: Partial<EvidenceRequest> = {}): Promise<Bundle> =>
  signed((await issuing(chainOf(aLockoutsEntries)).issue(changes)).statement);
