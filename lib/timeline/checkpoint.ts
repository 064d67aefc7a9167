/**
 * Checkpoints: once a day, the length and the last hash of each team's chain, signed by the key that signs evidence and
 * stored outside the table. A later rewrite of the table, even with its head, contradicts them.
 */

import { createHash } from 'node:crypto';
import { log } from '#lib/log.ts';
import { type Checkpoint, checkpointAlgorithm, checkpointFormat } from '#lib/model/checkpoint.ts';
import { plusSeconds } from '#lib/model/clock.ts';
import { canonicalJson, firstHash } from '#lib/model/entry.ts';
import type { Needs } from '#lib/model/ports.ts';
import { type ChainDeps, type Progress, walkChain } from './verify.ts';

export type SealDeps = ChainDeps & Needs<'readCheckpoint' | 'storeCheckpoint' | 'signer' | 'signDigest' | 'now'>;

export const checkpointDigest = (statement: Checkpoint): Buffer =>
  createHash('sha256').update(canonicalJson(statement)).digest();

/** 200 pages are 100,000 entries or 200 MB. Further entries are sealed the next day. */
const mostPages = 200;

/** The log line that a metric filter counts (resources/watch.yml). */
const brokenLine = 'A timeline is not intact';

/** Seals a chain that is intact and has new entries. Returns whether a checkpoint was stored. */
export const sealCheckpoint =
  (deps: SealDeps) =>
  async (teamId: string): Promise<boolean> => {
    const last = await deps.readCheckpoint(teamId);
    const from = last ? { seq: last.statement.seq, hash: last.statement.hash } : { seq: 0, hash: firstHash };
    const progress: Progress = await walkChain(deps, { teamId, from, mostPages });
    if (!progress.intact) {
      log.error(brokenLine, { teamId, from, ...progress.firstBad });
      return false;
    }
    if (progress.entries === from.seq) return false;
    const { keyId } = await deps.signer();
    const statement: Checkpoint = {
      ...{ format: checkpointFormat, team: teamId, seq: progress.entries, hash: progress.head },
      ...{
        sealedAt: deps.now().toISOString(),
        previous: last ? from : null,
        signedBy: { keyId, algorithm: checkpointAlgorithm },
      },
    };
    await deps.storeCheckpoint({ statement, signature: await deps.signDigest(checkpointDigest(statement)) });
    return true;
  };

export type SealAllDeps = SealDeps & Needs<'teamsWithChains'>;

/** The function times out after five minutes. */
const timeBudgetSeconds = 240;
const concurrency = 8;

/** Seals all teams' chains; a failure affects one team only. Teams that are left when the time is up are counted. */
export const sealAll = (deps: SealAllDeps) => async (): Promise<{ sealed: number; left: number }> => {
  const counts = { sealed: 0, left: 0 };
  const until = plusSeconds(deps.now(), timeBudgetSeconds).getTime();
  const teams = deps.teamsWithChains();
  const seal = async (teamId: string) => {
    if (deps.now().getTime() > until) counts.left += 1;
    else if (await sealCheckpoint(deps)(teamId)) counts.sealed += 1;
  };
  const worker = async () => {
    for await (const teamId of teams)
      await seal(teamId).catch((error: unknown) =>
        log.error('A checkpoint could not be sealed', { teamId, error: error as Error }),
      );
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  if (counts.left > 0) log.warn('Checkpoints are left for the next day', counts);
  return counts;
};
