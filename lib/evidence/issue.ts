/** Issues a bundle of evidence: reads the chain, derives the facts, and has KMS sign them. Read-only. */
import type { Entry } from '#lib/model/entry.ts';
import type { Needs } from '#lib/model/ports.ts';
import { invalidValue, Problem } from '#lib/model/problem.ts';
import { requireKey } from '#lib/model/require.ts';
import { type LockoutSteps, noteLockouts, type RowDeps } from '#lib/timeline/lockout-rows.ts';
import { type SegmentDeps, segmentOf, tooMuch } from './segment.ts';
import { type SignDeps, signStatement } from './sign.ts';
import { algorithm, type Bundle, derivedParts, format, howToVerify, type Span } from './statement.ts';

export type EvidenceDeps = SegmentDeps & Pick<RowDeps, 'lockoutById'> & SignDeps & Needs<'keyById' | 'now'>;

export interface EvidenceRequest {
  readonly teamId: string;
  readonly key: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const dayMs = 86_400_000;
/** A quarter, the usual period of an audit. */
const mostDays = 92;
const usualDays = 31;
/** The limit of the key's entries as JSON. Facts and page repeat them, and a response of Lambda has 6 MB at most. */
const mostBytes = 1_000_000;

/**
 * Throws `not_found`; `invalid_request` for an invalid or too long time span, or one with too many entries;
 * `timeline_broken`; `Transient` while KMS does not sign.
 */
export const issueEvidence =
  (deps: EvidenceDeps) =>
  async ({ teamId, key: id, ...request }: EvidenceRequest): Promise<Bundle> => {
    const key = await requireKey(deps)(teamId, id);
    const issuedAt = deps.now();
    const covers = spanOf(request, issuedAt);
    const read = async () => {
      const segment = await segmentOf(deps, teamId, covers);
      const entries = ofKey(segment.entries, key.id, covers);
      return { segment, entries, contradicting: await findContradiction(deps, { teamId, entries, covers }) };
    };
    const first = await read();
    // A lockout may have advanced between the reads of its entries and its row.
    const { segment, entries, contradicting: lockout } = first.contradicting === null ? first : await read();
    if (lockout !== null) throw contradiction(lockout);
    const about = { key: { id: key.id, arn: key.arn }, covers, entries };
    return signStatement(deps, (keyId) => ({
      ...{ format, issuedAt: issuedAt.toISOString(), team: teamId, ...about, ...derivedParts(about) },
      ...{ chain: segment.chain, signedBy: { keyId, algorithm }, verify: howToVerify(keyId) },
    }));
  };

/** The id of a lockout whose row contradicts its entries in the time span; null if all agree. */
async function findContradiction(
  deps: Pick<RowDeps, 'lockoutById'>,
  { teamId, entries, covers }: { teamId: string; entries: readonly Entry[]; covers: Span },
): Promise<string | null> {
  const recorded: LockoutSteps = new Map();
  noteLockouts(recorded, entries);
  for (const [id, steps] of recorded) {
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
    `The row of lockout ${lockout} contradicts its entries, so nothing is signed. Contact the operator.`,
    { lockout },
  );

/** The requested time span, limited to the past. */
function spanOf({ from, to }: Pick<EvidenceRequest, 'from' | 'to'>, now: Date): Span {
  const end = Math.min(to === undefined ? Number.POSITIVE_INFINITY : Date.parse(to), now.getTime());
  const start = from === undefined ? end - usualDays * dayMs : Date.parse(from);
  if (start >= end) {
    const isFuture = start >= now.getTime();
    throw invalidValue(
      isFuture ? '/from' : '/to',
      isFuture
        ? '`from` is in the future. Give a time in the past.'
        : '`to` is not later than `from`. Give a later `to`.',
    );
  }
  if (end - start > mostDays * dayMs) {
    const latest = new Date(start + mostDays * dayMs).toISOString();
    throw invalidValue(
      '/to',
      `A bundle covers at most ${mostDays} days. Request it until ${latest}, and the rest separately.`,
    );
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
