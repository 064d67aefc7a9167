/** Revokes a token and all its descendants. */

import { chunks } from '#lib/model/chunks.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import { tokenDisabled, tokenRemoved } from '#lib/model/items/teams.ts';
import type { Needs } from '#lib/model/ports.ts';
import { notFound } from '#lib/model/problem.ts';
import type { Token } from '#lib/model/team.ts';
import { descendantsOf } from './lineage.ts';

export type RevokeDeps = Needs<'tokenById' | 'tokensOf' | 'commit' | 'now'>;

/** A transaction holds 100 items, and each token is four: its two rows, its entry and the entry's event. */
const batchSize = 20;

/**
 * A token is accepted only while all its ancestors are, so the first write ends all descendants too; later writes
 * remove their rows. After a crash in between, the token is still listed, and the revocation can be repeated. Throws
 * `not_found`.
 */
export const revokeToken =
  (deps: RevokeDeps) =>
  ({ teamId, token: id, actor }: { teamId: string; token: string; actor: Actor }): Promise<void> =>
    retryOnConflict(async () => {
      const token = await deps.tokenById(teamId, id);
      if (!token) throw notFound('token', id);
      const descendants = descendantsOf(token, await deps.tokensOf(teamId));
      if (descendants.length >= batchSize)
        await deps.commit({ teamId, at: deps.now(), changes: [tokenDisabled(token)] });
      await removeAll(deps, [...descendants, token], { token, actor });
      // Tokens that were created while the list was read. They are not accepted, and the revoked token creates no more.
      await removeAll(deps, descendantsOf(token, await deps.tokensOf(teamId)), { token, actor });
    });

async function removeAll(
  { commit, now }: RevokeDeps,
  tokens: readonly Token[],
  { token, actor }: { readonly token: Token; readonly actor: Actor },
): Promise<void> {
  for (const batch of chunks(tokens, batchSize)) {
    const entries = batch.map((each) => revocationEntry(each, token, actor));
    await commit({ teamId: token.teamId, at: now(), changes: batch.flatMap(tokenRemoved), entries });
  }
}

const revocationEntry = ({ id, name }: Token, token: Token, actor: Actor): NewEntry => ({
  type: 'TokenRevoked',
  actor,
  subject: { tokenId: id },
  data: { name, ...(id === token.id ? {} : { with: token.id }) },
});
