/**
 * Observes a key. Events, the sweep, requests and steps of workflows all call it, and only KMS's responses decide.
 * Idempotent: an observation writes only if the status, the lockout or the check's result changes.
 */

import { log } from '#lib/log.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import { keySaved } from '#lib/model/items/keys.ts';
import { type Check, type Key, teamContext } from '#lib/model/key.ts';
import { parseKeyArn } from '#lib/model/key-arn.ts';
import { asFact, type CheckFact, judge, showsTheSame } from '#lib/model/key-check.ts';
import { lockoutDecision } from '#lib/model/lockout-decision.ts';
import type { Observation } from '#lib/model/observation.ts';
import type { Needs } from '#lib/model/ports.ts';
import { requireKey } from '#lib/model/require.ts';
import { type AwaitDeps, awaitDeliveryProof } from './proof.ts';

export type ObserveDeps = AwaitDeps &
  Needs<'probe' | 'opensCanary' | 'keyById' | 'lockoutById' | 'commit' | 'newId' | 'now'> & {
    readonly settings: () => {
      readonly platformAccountId: string;
      readonly confirmationSeconds: number;
      readonly waitingPeriodSeconds: number;
    };
    readonly pause: (seconds: number) => Promise<void>;
  };

/** Returns the key as observed. Throws `not_found`; `version_mismatch` after five lost races. */
export const observeKey =
  (deps: ObserveDeps) =>
  async (observation: Observation): Promise<Key> => {
    const { teamId, keyId, known } = observation;
    if (known && (await staysAsItIs(deps, observation, known))) return known;
    return retryOnConflict(async () => {
      const key = await requireKey(deps)(teamId, keyId);
      if (!known && (await staysAsItIs(deps, observation, key))) return key;
      const checked = await confirmedCheck(deps, key);
      const [seen] = await Promise.all([
        recorded(deps, { key, observation, ...checked }),
        awaitDeliveryProof(deps, key.arn, checked.check),
      ]);
      return seen;
    });
  };

const staysAsItIs = async (deps: ObserveDeps, { depth }: Observation, key: Key): Promise<boolean> =>
  depth === 'quick' && (await nothingChanged(deps, key));

/** A usable key whose canary can be decrypted is unchanged. */
async function nothingChanged(deps: ObserveDeps, key: Key): Promise<boolean> {
  if (key.status !== 'usable' || key.lockoutId || !key.canary) return false;
  return (await deps.opensCanary(key.arn, key.canary, teamContext(key.teamId))) === null;
}

interface Checked {
  readonly check: Check;
  readonly canary: string | null;
  /** The checks that the result is based on, oldest first. */
  readonly checks: readonly CheckFact[];
}

async function checkOf(deps: Pick<ObserveDeps, 'probe' | 'settings' | 'now'>, key: Key): Promise<Checked> {
  const { accountId, partition } = parseKeyArn(key.arn);
  const parties = { customer: accountId, platform: deps.settings().platformAccountId, partition, teamId: key.teamId };
  const probed = await deps.probe(key.arn, teamContext(key.teamId), key.canary);
  const judged = judge(probed, { arn: key.arn, at: deps.now(), parties });
  const check = { ...judged, description: judged.description ?? key.check.description ?? null };
  return { check, canary: probed.canary, checks: [asFact(check)] };
}

type CheckDeps = Pick<ObserveDeps, 'probe' | 'settings' | 'pause' | 'now'>;

/** A new result `unusable` needs a second check that agrees, because KMS is eventually consistent (promise 2). */
export async function confirmedCheck(deps: CheckDeps, key: Key): Promise<Checked> {
  const first = await checkOf(deps, key);
  const isNews = key.status !== 'unusable' || key.check.cause !== first.check.cause;
  return isNews ? agreedCheck(deps, key, first) : first;
}

/** Checks twice even if the key was known to be unusable, for decisions that stop databases. */
export const checkedTwice = async (deps: CheckDeps, key: Key): Promise<Checked> =>
  agreedCheck(deps, key, await checkOf(deps, key));

async function agreedCheck(deps: CheckDeps, key: Key, first: Checked): Promise<Checked> {
  if (first.check.verdict !== 'unusable') return first;
  await deps.pause(deps.settings().confirmationSeconds);
  const last = await checkOf(deps, key);
  const second = { ...last, checks: [...first.checks, ...last.checks] };
  if (second.check.verdict === first.check.verdict && second.check.cause === first.check.cause) return second;
  log.info('Two checks of a key disagree', { keyId: key.id, first: first.check.cause, second: second.check.cause });
  return second.check.verdict === 'unusable' ? { ...second, check: { ...second.check, verdict: 'unknown' } } : second;
}

interface News extends Checked {
  readonly key: Key;
  readonly observation: Observation;
}

async function recorded(deps: ObserveDeps, news: News): Promise<Key> {
  const { key, check, checks, observation } = news;
  const lockout = key.lockoutId ? await deps.lockoutById(key.teamId, key.lockoutId) : null;
  const known: Key = { ...key, status: check.verdict, check, canary: news.canary ?? key.canary };
  const at = deps.now();
  const decided = lockoutDecision({
    key: known,
    lockout,
    actor: observation.actor,
    checks,
    at,
    newId: deps.newId,
    waitingPeriodSeconds: deps.settings().waitingPeriodSeconds,
  });
  const entries = [...statusEntries(key, news, observation.actor), ...decided.entries];
  const hasNews = entries.length + decided.changes.length > 0 || isNews(key, known);
  if (!hasNews && observation.actor.kind !== 'token') return known;
  const saved: Key = { ...known, lockoutId: decided.lockoutId };
  await deps.commit({
    teamId: key.teamId,
    at,
    changes: [keySaved(saved), ...decided.changes],
    entries,
    effects: decided.effects,
  });
  return { ...saved, version: saved.version + 1 };
}

/** Whether the check's result differs, or the first canary makes later checks cheaper: a single Decrypt. */
const isNews = (before: Key, now: Key): boolean =>
  !showsTheSame(before.check, now.check) || (before.canary === null && now.canary !== null);

/** The entries for a change of the status or the cause; empty if neither changed. */
export function statusEntries(
  key: Key,
  { check, checks }: Pick<Checked, 'check' | 'checks'>,
  actor: Actor,
): NewEntry[] {
  const subject = { keyId: key.id, ...(key.lockoutId ? { lockoutId: key.lockoutId } : {}) };
  const { arn } = key;
  const sameCause = key.check.cause === check.cause;
  if (key.status === check.verdict && sameCause) return [];
  if (check.verdict === 'usable')
    return [{ type: 'KeyBecameUsable', actor, subject, data: { arn, checks: [...checks] } }];
  if (check.verdict === 'unknown')
    return [{ type: 'KeyCheckUnanswered', actor, subject, data: { arn, cause: check.cause, checks: [...checks] } }];
  const data = { arn, cause: check.cause ?? ('access_denied' as const), keyState: check.keyState, checks: [...checks] };
  return [{ type: 'KeyBecameUnusable', actor, subject, data }];
}
