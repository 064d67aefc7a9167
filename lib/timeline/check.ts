/** The verification behind the API: a segment of the chain, the rows of its lockouts, and the last checkpoint. */

import type { SealedCheckpoint } from '#lib/model/checkpoint.ts';
import { decodeCursor, encodeCursor } from '#lib/model/cursor.ts';
import { type ChainPoint, firstHash } from '#lib/model/entry.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { Needs } from '#lib/model/ports.ts';
import { invalidValue } from '#lib/model/problem.ts';
import { type LockoutSteps, noteLockouts, type RowDeps, type RowFault, rowFaults } from './lockout-rows.ts';
import { type ChainDeps, type Progress, type Verification, verifyPoint, walkChain } from './verify.ts';

export type CheckDeps = ChainDeps & RowDeps & Needs<'readCheckpoint'>;

export interface CheckRequest {
  readonly teamId: string;
  /** `<seq>-<hash>`: the start, as an auditor recorded it. */
  readonly from?: string | undefined;
  readonly cursor?: string | undefined;
}

export interface TimelineCheck extends Verification {
  /** The sequence number after which this call began. */
  readonly after: number;
  /** Whether the chain's end was reached. */
  readonly complete: boolean;
  readonly cursor: string | null;
  readonly lockouts: readonly RowFault[];
  readonly checkpoint: SealedCheckpoint | null;
}

/** 10 pages are 5,000 entries or 10 MB, and take 2 to 3 of a call's 29 seconds. */
const mostPages = 10;
/** Open lockouts in a cursor; further ones are compared from their next entry on. */
const mostCarried = 20;

/** Throws `invalid_request` for an invalid cursor or point. */
export const checkTimeline =
  (deps: CheckDeps) =>
  async (request: CheckRequest): Promise<TimelineCheck> => {
    const { point, recorded } = beginningOf(request);
    const checkpoint = await deps.readCheckpoint(request.teamId);
    const progress = await walkFrom(deps, request.teamId, { point, recorded, checkpoint });
    const { complete, ...verification } = progress;
    const judged = {
      teamId: request.teamId,
      recorded: complete ? recorded : ended(recorded),
      upTo: verification.entries,
    };
    const lockouts = verification.intact ? await rowFaults(deps, judged) : [];
    return {
      ...verification,
      ...{ intact: verification.intact && lockouts.length === 0, after: point.seq, complete, lockouts, checkpoint },
      cursor:
        verification.intact && !complete
          ? cursorAt({ seq: verification.entries, hash: verification.head }, recorded)
          : null,
    };
  };

/** Skips the walk if the chain contradicts its checkpoint. */
async function walkFrom(
  deps: CheckDeps,
  teamId: string,
  { point, recorded, checkpoint }: Beginning & { readonly checkpoint: SealedCheckpoint | null },
): Promise<Progress> {
  const sealed = checkpoint && (await verifyPoint(deps, teamId, checkpoint.statement));
  if (sealed && !sealed.intact) return { ...sealed, complete: false };
  return walkChain(deps, { teamId, from: point, mostPages, onEntries: (entries) => noteLockouts(recorded, entries) });
}

const isOver = (steps: readonly { state: string }[]) => ['restored', 'cancelled'].includes(steps.at(-1)?.state ?? '');

/** Lockouts that are over: others may have further entries behind this segment. */
const ended = (recorded: LockoutSteps): LockoutSteps => new Map([...recorded].filter(([, steps]) => isOver(steps)));

const prefix = 'CHAIN#';

/** `CHAIN#<seq>-<hash>`, followed by `#<id>@<state>@<time>` for each open lockout. */
function cursorAt({ seq, hash }: ChainPoint, recorded: LockoutSteps): string {
  const open = [...recorded].filter(([, steps]) => !isOver(steps)).slice(-mostCarried);
  const carried = open.map(([id, steps]) => `#${id}@${steps.at(-1)?.state}@${steps.at(-1)?.at}`);
  return encodeCursor(`${prefix}${seq}-${hash}${carried.join('')}`);
}

interface Beginning {
  readonly point: ChainPoint;
  readonly recorded: LockoutSteps;
}

function beginningOf({ from, cursor }: CheckRequest): Beginning {
  if (cursor === undefined)
    return { point: from === undefined ? { seq: 0, hash: firstHash } : pointIn(from, '/from'), recorded: new Map() };
  const [point = '', ...carried] = decodeCursor(cursor, prefix).slice(prefix.length).split('#');
  const steps = carried.map((each) => each.split('@'));
  const recorded: LockoutSteps = new Map(
    steps.map(([id = '', state, at = '']) => [id, [{ state: state as Lockout['state'], at }]]),
  );
  return { point: pointIn(point, '/cursor'), recorded };
}

function pointIn(text: string, pointer: string): ChainPoint {
  const [, seq, hash] = /^(\d{1,12})-([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq !== undefined && hash !== undefined) return { seq: Number(seq), hash };
  const detail = 'A point of the chain is a sequence number, a hyphen and the hash of the entry.';
  throw invalidValue(pointer, detail);
}
