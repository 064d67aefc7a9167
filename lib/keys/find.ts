/** Finding keys of the team, by id or by ARN. */

import type { Key, KeyRef } from '#lib/model/key.ts';
import { notFound } from '#lib/model/problem.ts';

interface ById {
  readonly keyById: (teamId: string, id: string) => Promise<Key | null>;
}

/** Throws `not_found`. */
export const keyOf =
  ({ keyById }: ById) =>
  async (teamId: string, id: string): Promise<Key> => {
    const key = await keyById(teamId, id);
    if (!key) throw notFound('key', id);
    return key;
  };

/** The team's key of this ARN, as a list of one or none: another team's is none. */
export const findKeys =
  ({ keyById, ownerOf }: ById & { readonly ownerOf: (arn: string) => Promise<KeyRef | null> }) =>
  async (teamId: string, arn: string): Promise<Key[]> => {
    const owner = await ownerOf(arn);
    const key = owner?.teamId === teamId ? await keyById(teamId, owner.keyId) : null;
    return key ? [key] : [];
  };
