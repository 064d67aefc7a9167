/** Forgets a key, so that another team may register it. */

import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Actor } from '#lib/model/entry.ts';
import { contactsForgotten } from '#lib/model/items/contacts.ts';
import { keyRemoved } from '#lib/model/items/keys.ts';
import { allOf } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { notFound, Problem } from '#lib/model/problem.ts';
import { endedLockout } from './take-over.ts';

export type ForgetDeps = Needs<'keyById' | 'lockoutById' | 'listContacts' | 'commit' | 'now'>;

interface ForgetRequest {
  readonly teamId: string;
  readonly key: string;
  readonly actor: Actor;
}

/**
 * Cancels an open lockout, which has nothing left to stop. Throws `not_found`, and `key_in_use` while a database uses
 * the key.
 */
export const forgetKey =
  (deps: ForgetDeps) =>
  (request: ForgetRequest): Promise<void> =>
    retryOnConflict(() => removeKey(deps, request));

async function removeKey(
  { keyById, lockoutById, listContacts, commit, now }: ForgetDeps,
  { teamId, key: id, actor }: ForgetRequest,
): Promise<void> {
  const key = await keyById(teamId, id);
  if (!key) throw notFound('key', id);
  if (key.databases > 0) {
    throw new Problem('key_in_use', `${key.databases} databases use the key ${key.arn}. Destroy them first.`, {
      databases: key.databases,
    });
  }
  const entry = { type: 'KeyForgotten' as const, actor, subject: { keyId: id }, data: { arn: key.arn } };
  const at = now();
  const ended = await endedLockout({ lockoutById }, key, { actor, at });
  const contacts = await allOf((after) => listContacts(teamId, id, { after, limit: 100 }));
  await commit({
    teamId,
    at,
    changes: [...keyRemoved(key), ...contactsForgotten({ teamId, keyId: id }, contacts), ...ended.changes],
    entries: [...ended.entries, entry],
    effects: ended.effects,
  });
}
