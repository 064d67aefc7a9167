/** A lockout of the leader's key, of the follower's, or of both, in the middle of each step of a promotion. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pLimit from 'p-limit';
import type { ProcessFleet } from 'process-fleet';
import { databaseStore } from '#lib/store/databases.ts';
import { processFleet } from '#local/process-fleet.ts';
import { aPlatform, manyPorts, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';
import { aFork, caughtUp, configVars, promote, settled } from './fork-world.ts';
import {
  aServingDatabase,
  type DatabaseResponse,
  inStatus,
  lockoutIn,
  rowOf,
  urlsOf,
  withRedis,
} from './preconditions.ts';

const steps = {
  'Confirm the catch-up': { verb: 'caughtUp', stage: 'preparing', through: false },
  'Pause writes': { verb: 'pauseWrites', stage: 'shut_out', through: false },
  'Await the last write': { verb: 'caughtUp', stage: 'shut_out', through: false },
  'Make it the leader': { verb: 'promote', stage: 'switching', through: true },
  'Resume writes': { verb: 'resumeWrites', stage: 'moved', through: true },
} as const;
type Step = keyof typeof steps;
type Whose = 'leader' | 'follower' | 'both';

const cases = (Object.keys(steps) as Step[]).flatMap((step) =>
  (['leader', 'follower', 'both'] as const).map((whose) => [step, whose] as const),
);

let platform: Platform;

/** Holds the fleet's operation for a database in a stage of its promotion; `reached` is called when a step is in it. */
const holds: {
  readonly databaseId: string;
  /** Of the fork and of its leader. */
  readonly serverIds: readonly string[];
  readonly verb: string;
  readonly stage: string;
  reached(): void;
  readonly released: Promise<void>;
}[] = [];
/** A call for servers of several cases, such as the fork watch's, is not held, since it would hold all of them. */
async function holdHere(verb: string, serverIds: readonly string[]): Promise<void> {
  const isOf = (hold: (typeof holds)[number]) => serverIds.every((each) => hold.serverIds.includes(each));
  for (const hold of holds.filter((each) => each.verb === verb && isOf(each))) {
    const row = await databaseStore().databaseById(platform.teamId, hold.databaseId);
    if (row?.promotion?.stage !== hold.stage) continue;
    hold.reached();
    await hold.released;
  }
}

function hookFleet(): void {
  const fleet = processFleet() as { -readonly [V in keyof ProcessFleet]: ProcessFleet[V] };
  const held = <A extends string | { readonly serverId: string }, R>(
    verb: string,
    work: (servers: readonly A[]) => Promise<R>,
  ) => {
    return async (servers: readonly A[]): Promise<R> => {
      const serverIds = servers.map((each) => (typeof each === 'string' ? each : each.serverId));
      await holdHere(verb, serverIds);
      return work(servers);
    };
  };
  fleet.caughtUp = held('caughtUp', fleet.caughtUp);
  fleet.pauseWrites = held('pauseWrites', fleet.pauseWrites);
  fleet.resumeWrites = held('resumeWrites', fleet.resumeWrites);
  fleet.promote = held('promote', fleet.promote);
}

interface Scene {
  readonly app: string;
  readonly leader: DatabaseResponse;
  readonly fork: DatabaseResponse;
  readonly keys: { readonly [W in Whose]: readonly string[] };
}

let count = 0;

async function aScene(): Promise<Scene> {
  count += 1;
  const app = `app-of-case-${count}`;
  const name = `case-${count}`;
  await platform.ask('POST /v1/apps', { body: { name: app, space: 'acme-private', admins: ['admin@example.com'] } });
  const [leaderKey, forkKey] = [await platform.keyOfCustomer(), await platform.keyOfCustomer()];
  const leader = await aServingDatabase(platform, { key: leaderKey, app, name });
  const { id } = await aFork(platform, { app, fork: name, encryptionKey: forkKey, name: `${name}-fork` });
  await withRedis((await urlsOf(platform, leader.id)).url, (redis) => redis.set('acknowledged', 'before'));
  const fork = await caughtUp(platform, id);
  return { app, leader, fork, keys: { leader: [leaderKey], follower: [forkKey], both: [leaderKey, forkKey] } };
}

/** Starts the promotion, and locks the keys out while it is in the step. */
async function lockedOutIn({ app, leader, fork, keys }: Scene, step: Step, whose: Whose): Promise<void> {
  let isReached = false;
  const released = Promise.withResolvers<void>();
  const reached = () => {
    isReached = true;
  };
  const rows = await Promise.all([fork, leader].map(({ id }) => rowOf(platform, id)));
  const serverIds = rows.map(({ serverId }) => serverId);
  holds.push({ databaseId: fork.id, serverIds, ...steps[step], reached, released: released.promise });
  expect((await promote(platform, fork.id, app)).status).toBe(202);
  try {
    // A promotion that is undone too early would otherwise block all cases.
    await until(`the promotion is in the step "${step}"`, async () => {
      if (!isReached && !(await rowOf(platform, fork.id)).promotion) throw await endedBefore(step, fork.id);
      return isReached;
    });
    for (const KeyId of keys[whose]) await platform.kms('DisableKey', { KeyId });
    for (const key of keys[whose]) await lockoutIn(platform, key, 'stopped');
  } finally {
    released.resolve();
  }
}

async function endedBefore(step: Step, databaseId: string): Promise<Error> {
  const last = (await platform.entries()).findLast(({ subject }) => subject.databaseId === databaseId);
  return new Error(`The promotion ended before the step "${step}": ${JSON.stringify(last)}`);
}

const writes = async (id: string) =>
  withRedis((await urlsOf(platform, id)).url, async (redis) => [
    await redis.get('acknowledged'),
    await redis.set('after', '1'),
  ]);

/** The observable state after the promotion is over, the keys are usable again and all databases serve. */
async function played(step: Step, whose: Whose) {
  const scene = await aScene();
  const { app, leader, fork, keys } = scene;
  await lockedOutIn(scene, step, whose);
  await settled(platform, fork.id);
  const types = (await platform.entries())
    .filter(({ subject }) => subject.databaseId === fork.id)
    .map(({ type }) => type);
  for (const KeyId of keys[whose]) await platform.kms('EnableKey', { KeyId });
  await inStatus(platform, leader.id, 'available');
  const { status } = await until('it serves again', async () => {
    const row = await rowOf(platform, fork.id);
    return (row.status === 'available' || row.status === 'following') && row;
  });
  const primary = status === 'available' ? fork : leader;
  if (status === 'following')
    await until('it follows', async () => (await caughtUp(platform, fork.id)).fork?.lagBytes === 0);
  return {
    ends: types.filter((type) => type === 'DatabasePromoted' || type === 'PromotionUndone'),
    fork: status,
    handover: (await rowOf(platform, leader.id)).handoverTo,
    app: (await configVars(platform, app)).REDIS_URL === (await urlsOf(platform, primary.id)).url,
    leaderTakes: await writes(leader.id),
    forkTakes: await writes(fork.id).catch((error: Error) => error.message.replace(/ .*/, '')),
  };
}

const through = {
  ends: ['DatabasePromoted'],
  fork: 'available',
  handover: null,
  app: true,
  forkTakes: ['before', 'OK'],
};
const undone = { ends: ['PromotionUndone'], fork: 'following', handover: null, app: true, forkTakes: 'READONLY' };

describe('a lockout in the middle of a promotion', () => {
  const playing = new Map<string, ReturnType<typeof played>>();

  /** A few at a time, since each mostly waits. */
  beforeAll(async () => {
    platform = await aPlatform({ databases: manyPorts });
    hookFleet();
    const limit = pLimit(8);
    for (const [step, whose] of cases) {
      const play = limit(() => played(step, whose));
      play.catch(() => undefined);
      playing.set(`${step} ${whose}`, play);
    }
    await Promise.allSettled(playing.values());
  }, 480_000);
  afterAll(() => platform.close());

  it.each(cases)('in the step "%s", of the key of %s, ends as if it had come before or after', async (step, whose) => {
    const seen = await playing.get(`${step} ${whose}`);
    expect(seen).toEqual({ ...(steps[step].through ? through : undone), leaderTakes: ['before', 'OK'] });
  });
});
