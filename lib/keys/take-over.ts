/**
 * Decides which team holds an ARN that two teams claim. The first team to register it holds it, until another team
 * proves that the key's owner bound the key to it. That team takes the key over if the key's policy denies the holder
 * and the holder has nothing under the key. One transaction transfers the ARN's row, writes the holder's entry and
 * counts the key for both teams. The new team's key row and entry follow; registering again completes them after a
 * crash.
 */

import type { Backup } from '#lib/model/backup.ts';
import type { Actor } from '#lib/model/entry.ts';
import { joined, type Part } from '#lib/model/items/bounds.ts';
import { keyPassed } from '#lib/model/items/keys.ts';
import { lockoutSaved } from '#lib/model/items/lockouts.ts';
import { type Key, type KeyRef, teamContext } from '#lib/model/key.ts';
import { judge } from '#lib/model/key-check.ts';
import type { PolicyParties } from '#lib/model/key-policy.ts';
import { moved } from '#lib/model/lockout-decision.ts';
import { allOf } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';

export type TakeOverDeps = Needs<'keyById' | 'lockoutById' | 'backupsOnKey' | 'probe' | 'commit' | 'now'>;

/** The holder's key; null if a database or a backup of the holder depends on it. */
export async function unusedKey(deps: TakeOverDeps, { teamId, keyId }: KeyRef): Promise<Key | null> {
  const key = await deps.keyById(teamId, keyId);
  if (!key || key.databases > 0) return null;
  const backups = await allOf<Backup>((after) => deps.backupsOnKey({ teamId, keyArn: key.arn }, { after, limit: 100 }));
  return backups.some(({ status }) => status === 'available' || status === 'pending') ? null : key;
}

/** Whether KMS denies the holder now, by a fresh check: the last one may be old. */
export async function isRefused(deps: TakeOverDeps, holder: Key, parties: PolicyParties): Promise<boolean> {
  const probed = await deps.probe(holder.arn, teamContext(holder.teamId), holder.canary);
  const { verdict, cause } = judge(probed, {
    arn: holder.arn,
    at: deps.now(),
    parties: { ...parties, teamId: holder.teamId },
  });
  return verdict === 'unusable' && cause === 'access_denied';
}

const actor: Actor = { kind: 'workflow', id: 'take-over' };

/**
 * Throws `version_mismatch` if the holder's key changed concurrently, for example by a new database under it, and
 * `quota_exceeded` if the new team is at its limit of keys; the holder then keeps the key.
 */
export async function passKey(deps: TakeOverDeps, holder: Key, to: KeyRef): Promise<void> {
  const { teamId, id, arn } = holder;
  const at = deps.now();
  const ended = await endedLockout(deps, holder, { actor, at });
  await deps.commit({
    teamId,
    at,
    changes: [...keyPassed(holder, to), ...ended.changes],
    entries: [
      ...ended.entries,
      { type: 'KeyReleased', actor, subject: { keyId: id }, data: { arn, reason: 'taken_over' } },
    ],
    effects: ended.effects,
  });
}

/** Cancels the key's open lockout, which has nothing left to stop. */
export async function endedLockout(
  { lockoutById }: Pick<TakeOverDeps, 'lockoutById'>,
  { teamId, lockoutId }: Key,
  { actor: by, at }: { readonly actor: Actor; readonly at: Date },
): Promise<Required<Part>> {
  const lockout = lockoutId ? await lockoutById(teamId, lockoutId) : null;
  if (!lockout) return joined([]);
  const { lockout: cancelled, ...part } = moved(lockout, 'cancelled', { actor: by, checks: [], at });
  return { changes: [lockoutSaved(cancelled)], ...part };
}
