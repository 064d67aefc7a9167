/** Checks a key with KMS. Only KMS's responses count, and a new result `unusable` is confirmed by a second check. */

import { log } from '#lib/log.ts';
import { type Key, teamContext } from '#lib/model/key.ts';
import { parseKeyArn } from '#lib/model/key-arn.ts';
import { asFact, type CheckFact, judge } from '#lib/model/key-check.ts';
import type { Needs } from '#lib/model/ports.ts';

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
 * `isTwice` confirms a known `unusable` too; a new one always is, because KMS is eventually consistent (promise 2). Two
 * checks that disagree yield `unknown`, unless the second one found the key usable.
 */
export async function checkKey(deps: CheckDeps, key: Key, isTwice: boolean): Promise<CheckedKey> {
  const first = await checkOnce(deps, key);
  const { verdict, cause } = first.key.check;
  const isNews = key.status !== 'unusable' || key.check.cause !== cause;
  if (verdict !== 'unusable' || !(isNews || isTwice)) return first;
  await deps.pause(deps.settings().confirmationSeconds);
  const last = await checkOnce(deps, key);
  const checks = [...first.checks, ...last.checks];
  const { check } = last.key;
  if (check.verdict === verdict && check.cause === cause) return { ...last, checks };
  log.info('Two checks of a key disagree', { keyId: key.id, first: cause, second: check.cause });
  return { key: check.verdict === 'unusable' ? asFound(last.key, { ...check, verdict: 'unknown' }) : last.key, checks };
}

async function checkOnce({ probe, settings, now }: CheckDeps, key: Key): Promise<CheckedKey> {
  const { accountId, partition } = parseKeyArn(key.arn);
  const parties = { customer: accountId, platform: settings().platformAccountId, partition, teamId: key.teamId };
  const probed = await probe(key.arn, teamContext(key.teamId), key.canary);
  const judged = judge(probed, { arn: key.arn, at: now(), parties });
  const check = { ...judged, description: judged.description ?? key.check.description ?? null };
  return { key: asFound({ ...key, canary: probed.canary ?? key.canary }, check), checks: [asFact(check)] };
}

const asFound = (key: Key, check: Key['check']): Key => ({ ...key, status: check.verdict, check });
