/**
 * Promise 10: each key has the verdict of its actual state, and a degraded one was reported with the refused actions.
 */
import { type Key, neededActions } from '#lib/model/key.ts';
import type { KmsKey } from '#simulation/kms.ts';
import type { Row } from '#simulation/memory-table.ts';
import type { World } from './world.ts';

const keysIn = ({ table }: World): Key[] =>
  table.rows('TEAM#').filter(({ sk }) => sk.startsWith('KEY#')) as unknown as Key[];

/** At rest; without keys that are bound to another team. */
export const misjudgedKeys = (world: World): string[] =>
  keysIn(world).flatMap((key) => {
    const actual = world.kms.keys.get(key.arn);
    if (!actual || (actual.boundTo !== null && actual.boundTo !== key.teamId)) return [];
    const verdict = verdictOf(world, actual);
    if (key.status !== verdict) return [`${key.arn} is ${verdict} and taken to be ${key.status}`];
    return verdict === 'degraded' ? wrongNotices(world, key, actual) : [];
  });

function verdictOf({ kms }: World, { arn, denied }: KmsKey): Key['status'] {
  if (!kms.isUsable(arn)) return 'unusable';
  return denied.size === 0 ? 'usable' : 'degraded';
}

const statusEvents: readonly unknown[] = ['KeyDegraded', 'KeyBecameUsable', 'KeyBecameUnusable', 'KeyCheckUnanswered'];

const isStatusOf =
  ({ id }: Key) =>
  ({ type, subject }: Row): boolean =>
    statusEvents.includes(type) && (subject as { keyId?: string }).keyId === id;

function wrongNotices({ table }: World, key: Key, { denied }: KmsKey): string[] {
  const entries = table.rows(`TIMELINE#${key.teamId}`).filter(({ sk }) => sk.startsWith('ENTRY#'));
  const { refusals = [] } = (entries.findLast(isStatusOf(key))?.data ?? {}) as { refusals?: { action: string }[] };
  const notified = refusals.map(({ action }) => action);
  const actual = neededActions.filter((action) => denied.has(action));
  return notified.join() === actual.join()
    ? []
    : [`${key.arn} refuses ${actual.join()}, and ${notified.join()} was reported`];
}
