/**
 * Who holds an ARN when two teams claim it. The first to register it does, until a team proves that the key's owner bound the key to it: then a
 * holder whom the key's policy refuses, and who has nothing under the key, gives way. The ARN's row passes in one transaction with the holder's
 * entry; the new team's key row and entry follow, and registering again completes what a crash left out.
 */
import type { Backup } from '#lib/backups/backup.ts';
import type { Clock } from '#lib/clock.ts';
import { moved } from '#lib/lockouts/decision.ts';
import type { Lockout } from '#lib/lockouts/lockout.ts';
import type { Record } from '#lib/outbox/record.ts';
import type { ListQuery } from '#lib/store/apps.ts';
import { type KeyRef, type KeyUse, keyPassed } from '#lib/store/keys.ts';
import { allOf, type Page } from '#lib/store/table.ts';
import type { Actor } from '#lib/timeline/entry.ts';
import { judge } from './check.ts';
import { type Key, teamContext } from './key.ts';
import type { PolicyParties } from './policy.ts';
import type { Probe } from './probe.ts';

export interface TakeOverDeps {
  readonly keyById: (teamId: string, id: string) => Promise<Key | null>;
  readonly lockoutById: (teamId: string, id: string) => Promise<Lockout | null>;
  readonly backupsOnKey: (use: KeyUse, query: ListQuery) => Promise<Page<Backup>>;
  readonly probe: Probe['probe'];
  readonly record: Record;
  readonly now: Clock;
}

/** The holder's key, if nothing of the holder depends on it; null otherwise. */
export async function unusedKey(deps: TakeOverDeps, { teamId, keyId }: KeyRef): Promise<Key | null> {
  const key = await deps.keyById(teamId, keyId);
  if (!key || key.databases > 0) return null;
  const backups = await allOf<Backup>((after) => deps.backupsOnKey({ teamId, keyArn: key.arn }, { after, limit: 100 }));
  return backups.some(({ status }) => status === 'available' || status === 'pending') ? null : key;
}

/** Whether KMS refuses the holder now, by the key's policy: what the last check found may be old. */
export async function isRefused(deps: TakeOverDeps, holder: Key, parties: PolicyParties): Promise<boolean> {
  const probed = await deps.probe(holder.arn, teamContext(holder.teamId), holder.canary);
  const { verdict, cause } = judge(probed, { arn: holder.arn, at: deps.now(), parties: { ...parties, teamId: holder.teamId } });
  return verdict === 'unusable' && cause === 'access_denied';
}

const actor: Actor = { kind: 'workflow', id: 'take-over' };

/** Throws `version_mismatch` when the holder's key changed meanwhile, as by a database under it. */
export async function passKey(deps: TakeOverDeps, holder: Key, to: KeyRef): Promise<void> {
  const { teamId, id, arn } = holder;
  const at = deps.now();
  const ended = await endedLockout(deps, holder, { actor, at });
  await deps.record({
    teamId,
    at,
    changes: [...keyPassed(holder, to), ...ended.changes],
    entries: [...ended.entries, { type: 'KeyReleased', actor, subject: { keyId: id }, data: { arn, reason: 'taken_over' } }],
    effects: ended.effects,
  });
}

/** An open lockout has nothing left to stop, and ends with the key. */
export async function endedLockout(
  { lockoutById }: Pick<TakeOverDeps, 'lockoutById'>,
  { teamId, lockoutId }: Key,
  { actor: by, at }: { readonly actor: Actor; readonly at: Date },
): Promise<Pick<ReturnType<typeof moved>, 'changes' | 'entries' | 'effects'>> {
  const lockout = lockoutId ? await lockoutById(teamId, lockoutId) : null;
  return lockout ? moved(lockout, 'cancelled', { actor: by, checks: [], at }) : { changes: [], entries: [], effects: [] };
}
