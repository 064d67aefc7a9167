/** Replication between EC2 servers: set-up and progress. */
import { SendCommandCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it } from '@jest/globals';
import { codes } from '#lib/fleet/ec2/scripts/prelude.ts';
import { anInstance, aWorld, awsError, type Ending } from './world.ts';

const hash = 'cd'.repeat(32);
const pair = { serverId: 'srv_f', leaderServerId: 'srv_l' };

const info = (words: Record<string, string | number>) =>
  Object.entries(words)
    .map(([name, value]) => `${name}:${value}`)
    .join('\n');
const leading = { role: 'master', master_repl_offset: 1000, master_replid: 'ab'.repeat(20) };
const following = {
  role: 'slave',
  master_link_status: 'up',
  master_sync_in_progress: 0,
  slave_repl_offset: 990,
  master_replid: 'ab'.repeat(20),
};

/** A leader and its follower, with the given responses. */
function aPair(said: { leader?: object; follower?: object } = {}) {
  const world = aWorld();
  const leader = anInstance(world.world, 'srv_l');
  const follower = anInstance(world.world, 'srv_f');
  world.world.ending = (instanceId, comment): Ending => {
    if (comment === 'latchkey prepare-to-follow') return { code: 0, output: hash };
    if (comment !== 'latchkey progress') return { code: 0 };
    const words = instanceId === leader.id ? (said.leader ?? leading) : (said.follower ?? following);
    return { code: 0, output: info(words as Record<string, string>) };
  };
  return { ...world, leader, follower };
}

/** Retries until it is done, as the state machine does. */
async function followed(pairOf: ReturnType<typeof aPair>) {
  for (let tries = 0; tries < 6; tries += 1) {
    const [outcome] = await pairOf.fleet.follow([pair]);
    if (outcome?.state !== 'pending') return outcome;
  }
  throw new Error('It is pending for ever');
}

describe('making a server follow another', () => {
  it('reads the follower’s hash, has the leader accept it, and then has the follower follow', async () => {
    const world = aPair();

    expect(await followed(world)).toEqual({ serverId: 'srv_f', state: 'done' });
    expect(world.sent.map(({ instanceIds, comment }) => [instanceIds[0], comment])).toEqual([
      ['i-srv_f', 'latchkey prepare-to-follow'],
      ['i-srv_l', 'latchkey admit-srv_f-cdcdcdcd'],
      ['i-srv_f', 'latchkey follow-srv_l'],
    ]);
    expect(world.sent[1]?.script).toContain(`#${hash}`);
    expect(world.sent[2]?.script).toContain('replicaof 10.0.0.7 6380');
    expect(world.follower.tags['latchkey:leader']).toBe('srv_l');
  });

  it('is done when it is repeated, and sends nothing', async () => {
    const world = aPair();
    await followed(world);

    expect(await world.fleet.follow([pair])).toEqual([{ serverId: 'srv_f', state: 'done' }]);
    expect(world.sent).toHaveLength(3);
  });

  it('waits for servers that start, and refuses a leader that does not exist', async () => {
    const world = aPair();
    world.leader.state = 'stopped';

    expect(await world.fleet.follow([pair])).toEqual([{ serverId: 'srv_f', state: 'pending' }]);

    world.leader.state = 'terminated';
    expect(await world.fleet.follow([pair])).toEqual([expect.objectContaining({ reason: 'not_found' })]);
    expect(await world.fleet.follow([{ ...pair, serverId: 'srv_x' }])).toEqual([
      expect.objectContaining({ reason: 'not_found' }),
    ]);
  });
});

describe('how far a follower is', () => {
  const progress = async (said: Parameters<typeof aPair>[0]) => {
    const world = aPair(said);
    world.follower.tags['latchkey:leader'] = 'srv_l';
    return (await world.fleet.caughtUp(['srv_f']))[0];
  };

  it('is read for fifty followers and their leaders at once, by commands of at most fifty instances', async () => {
    const world = aWorld();
    const numbers = Array.from({ length: 50 }, (_, number) => number);
    for (const number of numbers) {
      anInstance(world.world, `srv_l${number}`);
      anInstance(world.world, `srv_f${number}`, { tags: { 'latchkey:leader': `srv_l${number}` } });
    }
    world.world.ending = (instanceId) => ({ code: 0, output: info(instanceId.includes('_l') ? leading : following) });

    const progress = await world.fleet.caughtUp(numbers.map((number) => `srv_f${number}`));

    expect(progress.filter(({ caughtUp }) => caughtUp)).toHaveLength(50);
    expect(world.sent.map(({ instanceIds }) => instanceIds.length)).toEqual([50, 50]);
  });

  it.each([
    ['0', '0', true],
    ['1', '0', false],
    ['0', '1', false],
  ])('includes whether its append-only file is complete (%s, %s)', async (inProgress, scheduled, isPersisted) => {
    const said = { ...following, aof_rewrite_in_progress: inProgress, aof_rewrite_scheduled: scheduled };
    expect(await progress({ follower: said })).toMatchObject({ caughtUp: true, isPersisted });
  });

  it('is the leader’s position less its own', async () => {
    expect(await progress({})).toMatchObject({ state: 'following', lagBytes: 10, caughtUp: true, link: 'up' });
    expect(await progress({ leader: { ...leading, master_repl_offset: 900_000 } })).toMatchObject({
      lagBytes: 899_010,
      caughtUp: false,
    });
  });

  it.each([
    ['a link that is down', { follower: { ...following, master_link_status: 'down' } }],
    ['a first copy', { follower: { ...following, master_sync_in_progress: 1 } }],
    ['another history', { follower: { ...following, master_replid: 'xyz' } }],
    ['a silent leader', { leader: {} }],
    ['a silent follower', { follower: {} }],
  ])('is unknown with %s', async (_, said) => {
    expect(await progress(said)).toMatchObject({ state: 'following', lagBytes: null, caughtUp: false, link: 'down' });
  });

  it('returns within seconds without any response', async () => {
    const world = aPair();
    world.follower.tags['latchkey:leader'] = 'srv_l';
    world.world.ending = () => ({ status: 'InProgress' });
    const before = world.world.at;

    expect(await world.fleet.caughtUp(['srv_f', 'srv_x'])).toEqual([
      expect.objectContaining({ serverId: 'srv_f', state: 'following', link: 'down' }),
      expect.objectContaining({ serverId: 'srv_x', state: 'unknown' }),
    ]);
    expect(world.world.at - before).toBeLessThan(10_000);

    world.ssm.on(SendCommandCommand).rejects(awsError('ThrottlingException'));
    expect(await world.fleet.caughtUp(['srv_f'])).toEqual([expect.objectContaining({ state: 'unknown' })]);
  });

  it('is nothing for a leader', async () => {
    expect(await aPair().fleet.caughtUp(['srv_l'])).toEqual([
      expect.objectContaining({ state: 'leading', caughtUp: true }),
    ]);
  });
});

describe('promoting a follower', () => {
  const promoted = async (world: ReturnType<typeof aPair>) => {
    world.follower.tags['latchkey:leader'] = 'srv_l';
    const outcomes = [...(await world.fleet.promote([pair])), ...(await world.fleet.promote([pair]))];
    return { outcomes, script: world.sent.find(({ comment }) => comment === 'latchkey promote')?.script ?? '' };
  };

  it('waits for the leader’s position, and then has no leader', async () => {
    const world = aPair();
    const { outcomes, script } = await promoted(world);

    expect(outcomes.map(({ state }) => state)).toEqual(['pending', 'done']);
    expect(script).toContain('-lt 1000 ]');
    expect(world.follower.tags['latchkey:leader']).toBe('');
    expect(await world.fleet.promote([pair])).toEqual([{ serverId: 'srv_f', state: 'done' }]);
  });

  it('does not wait when the leader is gone', async () => {
    const world = aPair();
    world.leader.state = 'terminated';
    expect((await promoted(world)).script).not.toContain('master_replid');
  });

  it('is pending while the leader has more', async () => {
    const world = aPair();
    world.world.ending = (_, comment) =>
      comment === 'latchkey promote' ? { code: codes.notYet } : { code: 0, output: info(leading) };

    expect((await promoted(world)).outcomes.map(({ state }) => state)).toEqual(['pending', 'pending']);
    expect(world.follower.tags['latchkey:leader']).toBe('srv_l');
  });
});

describe('what changes a service while it runs', () => {
  it('refuses and admits writers, and takes a new password, each by its own command', async () => {
    const world = aPair();

    expect(await world.fleet.pauseWrites(['srv_l'])).toEqual([{ serverId: 'srv_l', state: 'done' }]);
    expect(await world.fleet.resumeWrites(['srv_l'])).toEqual([{ serverId: 'srv_l', state: 'done' }]);
    expect(await world.fleet.setPassword('srv_l', 'ef'.repeat(32))).toEqual({ serverId: 'srv_l', state: 'done' });
    expect(
      await world.fleet.configure('srv_l', { memoryMb: 64, maxClients: 10, evictionPolicy: 'noeviction' }),
    ).toMatchObject({
      state: 'done',
    });
    expect(world.sent.map(({ comment }) => comment)).toEqual([
      'latchkey pause-writes',
      'latchkey resume-writes',
      'latchkey set-password-efefefefefef',
      expect.stringMatching(/^latchkey configure-[0-9a-f]{12}$/),
    ]);
  });

  it('refuses settings that no service takes', async () => {
    expect(
      await aPair().fleet.configure('srv_l', { memoryMb: 64, maxClients: 10, evictionPolicy: 'none' }),
    ).toMatchObject({
      reason: 'start_failed',
    });
  });

  it('measures responsive servers, and knows nothing of the rest', async () => {
    const world = aPair();
    world.world.ending = () => ({
      code: 0,
      output: info({ redis_version: '7.2.4', valkey_version: '8.0.1', used_memory: 1024, connected_clients: 3 }),
    });

    expect(await world.fleet.measure(['srv_l', 'srv_x'])).toEqual([
      { serverId: 'srv_l', version: '8.0.1', usedBytes: 1024, clients: 3 },
      { serverId: 'srv_x', version: null, usedBytes: null, clients: null },
    ]);
  });
});
