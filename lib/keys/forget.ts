/** Forgetting a key, so that another team may register it. */
import type { Clock } from '#lib/clock.ts';
import type { Record } from '#lib/outbox/record.ts';
import { notFound, Problem } from '#lib/problem.ts';
import { keyRemoved } from '#lib/store/keys.ts';
import type { Actor } from '#lib/timeline/entry.ts';
import type { Key } from './key.ts';

export interface ForgetDeps {
  readonly keyById: (teamId: string, id: string) => Promise<Key | null>;
  readonly record: Record;
  readonly now: Clock;
}

/** Throws `not_found`, `key_in_use` while a database uses it. */
export const forgetKey =
  ({ keyById, record, now }: ForgetDeps) =>
  async ({ teamId, key: id, actor }: { teamId: string; key: string; actor: Actor }): Promise<void> => {
    const key = await keyById(teamId, id);
    if (!key) throw notFound('key', id);
    if (key.databases > 0) {
      throw new Problem('key_in_use', `${key.databases} databases use the key ${key.arn}. Destroy them first.`, {
        databases: key.databases,
      });
    }
    const entry = { type: 'KeyForgotten' as const, actor, subject: { keyId: id }, data: { arn: key.arn } };
    await record({ teamId, at: now(), changes: keyRemoved(key), entries: [entry] });
  };
