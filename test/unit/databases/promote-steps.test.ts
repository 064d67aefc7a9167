/** Writes are not paused for a follower whose process could still lose its data. */
import { expect, it } from '@jest/globals';
import { confirmCatchUp, type PromotionDeps } from '#lib/databases/promote-steps.ts';
import type { Database, Fork } from '#lib/model/database.ts';
import type { Progress } from '#lib/model/fleet.ts';
import { Transient } from '#lib/model/problem.ts';
import { aDatabase, at, teamId } from '#test/support/build.ts';

const leader = aDatabase({ id: 'db_leader', name: 'leader', keyId: null, keyArn: null });
const fork: Fork = {
  ...{ leaderId: leader.id, leaderName: leader.name },
  ...{ lagBytes: 0, caughtUp: true, link: 'up' },
} as Fork;
const follower = aDatabase({
  ...{ id: 'db_follower', name: 'follower', keyId: null, keyArn: null, status: 'following', fork },
  promotion: {
    ...{ appId: 'app_1', leaderId: leader.id, stage: 'preparing', shutOutAt: null, run: 1 },
    runAt: at.toISOString(),
  },
});
const near: Progress = {
  ...{ serverId: follower.serverId, state: 'following', lagBytes: 0, caughtUp: true, link: 'up' },
  detail: 'It has caught up.',
};

const confirmed = (progress: Progress) => {
  const rows: readonly Database[] = [leader, follower];
  const deps = {
    databaseById: async (_: string, id: string) => rows.find((each) => each.id === id) ?? null,
    keyById: async () => null,
    fleet: async () => ({ caughtUp: async () => [progress] }),
  };
  return confirmCatchUp(deps as unknown as PromotionDeps)({ teamId, databaseId: follower.id });
};

it('a follower that rewrites its append-only file is asked again', async () => {
  await expect(confirmed({ ...near, isPersisted: false })).rejects.toThrow(Transient);
});

it.each([true, undefined])('a follower whose file is complete (%s) passes', async (isPersisted) => {
  await expect(confirmed({ ...near, ...(isPersisted === undefined ? {} : { isPersisted }) })).resolves.toBeUndefined();
});
