/** Issuing a bundle: reading the chain, telling the facts, having KMS sign them. Runs as often as it likes; nothing is written. */

import { createHash } from 'node:crypto';
import type { Entry } from '#lib/model/entry.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { requireKey } from '#lib/model/require.ts';
import { noteLockouts, type RowDeps, type Told } from '#lib/timeline/lockout-rows.ts';
import { type SegmentDeps, segmentOf, tooMuch } from './segment.ts';
import {
  algorithm,
  type Bundle,
  format,
  howToVerify,
  type Span,
  type Statement,
  signedBytes,
  told,
} from './statement.ts';

export type EvidenceDeps = SegmentDeps &
  Pick<RowDeps, 'lockoutById'> &
  Needs<'keyById' | 'signer' | 'signDigest' | 'now'>;

export interface EvidenceRequest {
  readonly teamId: string;
  readonly key: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const dayMs = 86_400_000;
/** A quarter: what auditors ask for at once. */
const mostDays = 92;
const usualDays = 31;
/** Of the key's entries as JSON. The facts say them a second time and the page a third, and Lambda answers 6 MB at most. */
const mostBytes = 1_000_000;

/**
 * Throws `not_found`; `invalid_request` for an invalid or too long time span, or one with too many entries;
 * `timeline_broken`; `Transient` while KMS does not sign.
 */
export const issueEvidence =
  (deps: EvidenceDeps) =>
  async ({ teamId, key: id, ...asked }: EvidenceRequest): Promise<Bundle> => {
    const key = await requireKey(deps)(teamId, id);
    const issuedAt = deps.now();
    const covers = spanOf(asked, issuedAt);
    const read = async () => {
      const segment = await segmentOf(deps, teamId, covers);
      const entries = ofKey(segment.entries, key.id, covers);
      return { segment, entries, contradicting: await contradicting(deps, { teamId, entries, covers }) };
    };
    const first = await read();
    // A lockout may have moved on between the entries and its row.
    const { segment, entries, contradicting: lockout } = first.contradicting === null ? first : await read();
    if (lockout !== null) throw contradiction(lockout);
    const { keyId, publicKey } = await deps.signer();
    const about = { key: { id: key.id, arn: key.arn }, covers, entries };
    const statement: Statement = {
      ...{ format, issuedAt: issuedAt.toISOString(), team: teamId, ...about, ...told(about) },
      ...{ chain: segment.chain, signedBy: { keyId, algorithm }, verify: howToVerify(keyId) },
    };
    // As it is sent: what is not set is not there.
    const sent = JSON.parse(JSON.stringify(statement)) as Statement;
    const value = await deps.signDigest(createHash('sha256').update(signedBytes(sent)).digest());
    return { statement: sent, signature: { keyId, algorithm, value, publicKey } };
  };

interface Stated {
  readonly teamId: string;
  readonly entries: readonly Entry[];
  readonly covers: Span;
}

/** The id of a lockout whose row contradicts its entries in the time span; null if all agree. */
async function contradicting(
  deps: Pick<RowDeps, 'lockoutById'>,
  { teamId, entries, covers }: Stated,
): Promise<string | null> {
  const told: Told = new Map();
  noteLockouts(told, entries);
  for (const [id, steps] of told) {
    const row = await deps.lockoutById(teamId, id);
    const own = (row?.steps ?? []).filter(({ at }) => at >= covers.from && at < covers.to);
    if (
      JSON.stringify(own.map(({ state, at }) => [state, at])) !==
      JSON.stringify(steps.map(({ state, at }) => [state, at]))
    )
      return id;
  }
  return null;
}

const contradiction = (lockout: string): Problem =>
  new Problem(
    'timeline_broken',
    `The row of lockout ${lockout} contradicts its entries, so nothing is signed. Tell the operator.`,
    {
      lockout,
    },
  );

/** The time that is asked for, up to now: what is to come can't be stated. */
function spanOf({ from, to }: Pick<EvidenceRequest, 'from' | 'to'>, now: Date): Span {
  const end = Math.min(to === undefined ? Number.POSITIVE_INFINITY : Date.parse(to), now.getTime());
  const start = from === undefined ? end - usualDays * dayMs : Date.parse(from);
  if (start >= end) {
    const came = start >= now.getTime();
    throw invalid(
      came ? '/from' : '/to',
      came
        ? '`from` has not come yet. Give one in the past.'
        : 'No time lies between `from` and `to`. Give a `to` that is later than `from`.',
    );
  }
  if (end - start > mostDays * dayMs) {
    const latest = new Date(start + mostDays * dayMs).toISOString();
    throw invalid('/to', `A bundle covers ${mostDays} days at most. Ask until ${latest}, and for the rest in another.`);
  }
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}

function ofKey(entries: readonly Entry[], keyId: string, covers: Span): Entry[] {
  const own = entries.filter(({ subject, at }) => subject.keyId === keyId && at >= covers.from && at < covers.to);
  let bytes = 0;
  const tooFar = own.findIndex((entry) => {
    bytes += JSON.stringify(entry).length;
    return bytes > mostBytes;
  });
  if (tooFar >= 0) throw tooMuch(covers, own[tooFar]);
  return own;
}

const invalid = (pointer: string, detail: string) =>
  new Problem('invalid_request', detail, { errors: [{ pointer, detail }] });
