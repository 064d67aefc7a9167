/** Changes how a key is judged, by the team that uses it. */

import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Actor } from '#lib/model/entry.ts';
import { keySaved } from '#lib/model/items/keys.ts';
import type { Key, KeyRef } from '#lib/model/key.ts';
import type { Observation } from '#lib/model/observation.ts';
import type { Needs } from '#lib/model/ports.ts';
import { wrongState } from '#lib/model/problem.ts';
import { requireKey } from '#lib/model/require.ts';

export type KeySettingsDeps = Needs<'keyById' | 'commit' | 'now'> & {
  readonly reconcile: (observation: Observation) => Promise<{ readonly key: Key }>;
};

/**
 * Stores the settings, then checks the key by them, so that a strict key that lacks a right is locked out at once.
 * Throws `not_found`; `wrong_state` for a key that is locked out and would no longer be strict, since that could
 * postpone its lockout.
 */
export const changeKeySettings =
  (deps: KeySettingsDeps) =>
  async ({ teamId, keyId, actor, strict }: KeyRef & { actor: Actor; strict?: boolean | undefined }): Promise<Key> => {
    const changed = await retryOnConflict(async () => {
      const key = await requireKey(deps)(teamId, keyId);
      if (strict === undefined || strict === (key.strict ?? false)) return null;
      assertMayChange(key, strict);
      const entry = { type: 'KeySettingsChanged' as const, actor, subject: { keyId }, data: { arn: key.arn, strict } };
      await deps.commit({ teamId, at: deps.now(), changes: [keySaved({ ...key, strict })], entries: [entry] });
      return key;
    });
    if (!changed) return requireKey(deps)(teamId, keyId);
    return (await deps.reconcile({ teamId, keyId, actor, depth: 'full' })).key;
  };

function assertMayChange({ arn, lockoutId }: Key, strict: boolean): void {
  if (strict || !lockoutId) return;
  throw wrongState(
    'locked_out',
    `The key ${arn} is locked out, so it stays strict. Give it back what its policy lacks, then repeat.`,
    { lockout: lockoutId },
  );
}
