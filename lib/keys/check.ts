/** Checks a key with KMS. Only KMS's responses count, and a new result `unusable` is confirmed by a second check. */

import { log } from '#lib/log.ts';
import { type Key, teamContext } from '#lib/model/key.ts';
import { parseKeyArn } from '#lib/model/key-arn.ts';
import { asFact, type CheckFact, judge } from '#lib/model/key-check.ts';
import type { Needs } from '#lib/model/ports.ts';
import { refusesTheSame } from '#lib/model/refusals.ts';

export type CheckDeps = Needs<'probe' | 'now'> & {
  readonly settings: () => { readonly platformAccountId: string; readonly confirmationSeconds: number };
  readonly pause: (seconds: number) => Promise<void>;
};

export interface CheckedKey {
  /** The key as the check found it. */
  readonly key: Key;
  /** The checks that the result is based on, oldest first. */
  readonly checks: readonly CheckFact[];
}

/**
 * `isTwice` confirms a known `unusable` too; a new one always is confirmed, and so is a new refusal, because KMS is
 * eventually consistent (promise 2). Two checks that disagree yield `unknown`, unless by the second one databases may
 * serve.
 */
export async function checkKey(deps: CheckDeps, key: Key, isTwice: boolean): Promise<CheckedKey> {
  const first = await checkOnce(deps, key);
  const { check: found } = first.key;
  if (!(isBadNews(key, found) || (isTwice && found.verdict === 'unusable'))) return first;
  await deps.pause(deps.settings().confirmationSeconds);
  const last = await checkOnce(deps, key);
  const checks = [...first.checks, ...last.checks];
  const { check } = last.key;
  if (check.verdict === found.verdict && check.cause === found.cause) return { ...last, checks };
  log.info('Two checks of a key disagree', { keyId: key.id, first: found.cause, second: check.cause });
  return { key: check.verdict === 'unusable' ? asFound(last.key, { ...check, verdict: 'unknown' }) : last.key, checks };
}

/** Whether the check found that the key, or a right, was lost since the last one. */
function isBadNews({ status, check: known }: Key, { verdict, cause, actions }: Key['check']): boolean {
  if (verdict === 'degraded') return status !== 'degraded' || !refusesTheSame(known, { actions });
  return verdict === 'unusable' && (status !== 'unusable' || known.cause !== cause);
}

async function checkOnce({ probe, settings, now }: CheckDeps, key: Key): Promise<CheckedKey> {
  const { accountId, partition } = parseKeyArn(key.arn);
  const parties = { customer: accountId, platform: settings().platformAccountId, partition, teamId: key.teamId };
  const probed = await probe(key.arn, teamContext(key.teamId), key.canary);
  const judged = judge(probed, { arn: key.arn, at: now(), parties, strict: key.strict });
  const check = { ...judged, description: judged.description ?? key.check.description ?? null };
  return { key: asFound({ ...key, canary: probed.canary ?? key.canary }, check), checks: [asFact(check)] };
}

const asFound = (key: Key, check: Key['check']): Key => ({ ...key, status: check.verdict, check });
