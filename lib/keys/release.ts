/** Releases a key that a team registered: the operator's remedy if no proof of ownership decides. */

import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Actor } from '#lib/model/entry.ts';
import { joined } from '#lib/model/items/bounds.ts';
import { keyRemoved, ownerRemoved } from '#lib/model/items/keys.ts';
import type { Key, KeyRef } from '#lib/model/key.ts';
import { parseKeyArn } from '#lib/model/key-arn.ts';
import type { Needs } from '#lib/model/ports.ts';
import { notFound, Problem } from '#lib/model/problem.ts';
import { endedLockout } from './take-over.ts';

/**
 * Returns the previous holder. Its backups under the key are kept, and are readable as long as the key policy allows
 * it. Throws `not_found`, and `key_in_use` while a database of the holder uses the key.
 */
export const releaseKey =
  (deps: Needs<'ownerOf' | 'keyById' | 'lockoutById' | 'commit' | 'now'>) =>
  ({ arn: text, actor }: { readonly arn: string; readonly actor: Actor }): Promise<KeyRef> =>
    retryOnConflict(async () => {
      const { arn } = parseKeyArn(text);
      const owner = await deps.ownerOf(arn);
      if (!owner) throw notFound('key', arn);
      const { teamId, keyId } = owner;
      const key = await deps.keyById(teamId, keyId);
      assertUnused(key);
      const at = deps.now();
      const ended = key ? await endedLockout(deps, key, { actor, at }) : joined([]);
      await deps.commit({
        teamId,
        at,
        changes: [...(key ? keyRemoved(key) : ownerRemoved(arn, teamId)), ...ended.changes],
        entries: [
          ...ended.entries,
          { type: 'KeyReleased', actor, subject: { keyId }, data: { arn, reason: 'operator' } },
        ],
        effects: ended.effects,
      });
      return { teamId, keyId };
    });

function assertUnused(key: Key | null): void {
  if (!key || key.databases === 0) return;
  throw new Problem(
    'key_in_use',
    `${key.databases} databases of team ${key.teamId} use the key ${key.arn}. They must be destroyed first.`,
    { databases: key.databases },
  );
}
