/** Shows a simulated drill from its start to its end, and that it ends well whatever happens in the middle. */
import { describe, expect, it } from '@jest/globals';
import { abortDrill } from '#lib/drills/abort.ts';
import { advanceDrill } from '#lib/drills/advance.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { keySaved } from '#lib/model/items/keys.ts';
import { lockoutSaved } from '#lib/model/items/lockouts.ts';
import type { Key } from '#lib/model/key.ts';
import '#test/support/matchers.ts';
import { aKey, anId, teamId } from '#test/support/build.ts';
import { aScene, leader, reach, type Scene, world } from './drilling.ts';

const rest = (scene: Scene) => ({
  forks: scene.ledger.all<{ drillId?: string }>('DB#').filter(({ drillId }) => drillId).length,
  names: scene.ledger.all('DBNAME#drill-').length,
  open: scene.ledger.all('key_').length,
  lockouts: scene.ledger.all<{ state: string }>('LOCKOUT#').map(({ state }) => state),
});

/** A clock that shows another time at each call, as real ones do. */
const ticking = (scene: Scene) => {
  const { now } = scene.deps;
  return () => {
    scene.later(0.001);
    return now();
  };
};

describe('a simulated drill', () => {
  it('forks, locks out, restores, compares and removes', async () => {
    const scene = aScene();
    await scene.start();

    await reach(scene, 'ended');

    expect(scene.drill()).toMatchObject({
      verdict: { outcome: 'passed', failure: null },
      digests: { before: { keys: 3 }, after: { keys: 3 } },
      lagBytes: 0,
    });
    expect(scene.drill().stages.map(({ stage }) => stage)).toEqual([
      'forking',
      'catching_up',
      'detaching',
      'locking_out',
      'restoring',
      'comparing',
      'removing',
      'ended',
    ]);
    expect(rest(scene)).toEqual({ forks: 0, names: 0, open: 0, lockouts: ['restored'] });
    expect(scene.ledger).toHaveRecorded('DrillEnded');
    expect(scene.ledger.all<Key>('KEY#')[0]?.lastDrill).toMatchObject({ id: scene.drill().id, outcome: 'passed' });
  });

  it('counts the time of a digest neither to the lockout nor to the removal', async () => {
    const scene = aScene();
    scene.responses.digestSeconds = 4;
    scene.deps.now = ticking(scene);
    await scene.start();
    await reach(scene, 'ended');

    const { stages, removal } = scene.drill();
    const enteredAt = (name: string) => Date.parse(stages.find(({ stage }) => stage === name)?.at ?? '');
    expect(enteredAt('locking_out') - enteredAt('detaching')).toBeGreaterThanOrEqual(4000);
    expect(scene.lockout()?.openedAt).toBe(new Date(enteredAt('locking_out')).toISOString());
    expect(enteredAt('removing') - enteredAt('comparing')).toBeGreaterThanOrEqual(4000);
    expect(Date.parse(removal?.at ?? '') - enteredAt('removing')).toBeLessThan(4000);
    const opening = scene.ledger.commits.find(({ entries = [] }) =>
      entries.some(({ type }) => type === 'LockoutOpened'),
    );
    expect(opening?.at.toISOString()).toBe(scene.lockout()?.openedAt);
  });

  it('starts the machines of every lockout, over the fork alone, and never touches the key', async () => {
    const scene = aScene();
    await scene.start({ waitingPeriodMinutes: 10 });
    await reach(scene, 'restoring');

    const machines = scene.ledger.effects().flatMap((effect) => (effect.kind === 'workflow' ? [effect.machine] : []));
    expect(machines).toEqual(['drill', 'provision-database', 'key-shutdown', 'key-restart']);
    expect(scene.lockout()?.drill).toEqual({
      drillId: scene.drill().id,
      databaseId: scene.drill().forkId,
      keyId: aKey().id,
      verdict: 'usable',
    });
    expect(scene.ledger.all<Key>('KEY#')[0]).toMatchObject({ lockoutId: null, status: 'usable' });
  });

  it('fails if the data differs after the restore', async () => {
    const scene = aScene();
    scene.responses.digests.after = { state: 'done', keys: 2, expiring: 0, digest: 'b'.repeat(40) };
    await scene.start();

    await reach(scene, 'ended');

    expect(scene.drill().verdict).toMatchObject({ outcome: 'failed', failure: 'data_differs' });
    expect(rest(scene)).toMatchObject({ forks: 0, open: 0 });
  });

  it('waits while the lockout is under way, and restarts its execution if that ended', async () => {
    const scene = aScene();
    await scene.start();
    await reach(scene, 'locking_out');
    const lockout = scene.lockout();
    if (!lockout) throw new Error('There is no lockout');
    await scene.rewrite(lockoutSaved({ ...lockout, state: 'stopping_services', machine: 'key-shutdown' }));

    scene.later(120);
    await scene.poll();

    expect(scene.lockout()?.run).toBe(lockout.run + 1);
    expect(scene.drill().stage).toBe('locking_out');
  });
});

const stages = ['forking', 'catching_up', 'detaching', 'locking_out', 'restoring', 'comparing'] as const;

describe.each(stages)('in the stage %s', (stage) => {
  it('an abort removes the fork and closes its lockout', async () => {
    const scene = aScene();
    await scene.start();
    await reach(scene, stage);

    await abortDrill(scene.deps)({ teamId, drill: scene.drill().id, actor: { kind: 'token', id: 'tok_2' } });
    await world.forking?.(scene);
    await reach(scene, 'ended');

    expect(scene.drill().verdict).toMatchObject({ outcome: 'aborted' });
    expect(rest(scene)).toMatchObject({ forks: 0, names: 0, open: 0 });
    expect(rest(scene).lockouts.every((state) => state === 'cancelled' || state === 'restored')).toBe(true);
  });

  it('a lockout of the key itself ends the drill', async () => {
    const scene = aScene();
    await scene.start();
    await reach(scene, stage);
    const [key] = scene.ledger.all<Key>('KEY#');
    await scene.rewrite(keySaved({ ...(key ?? aKey()), lockoutId: anId('lk', 9) }));

    await scene.poll();

    expect(scene.drill()).toMatchObject({ stage: 'removing', verdict: { failure: 'key_locked_out' } });
  });

  it('a repeated poll changes nothing that the first one did not', async () => {
    const scene = aScene();
    await scene.start();
    await reach(scene, stage);

    await Promise.all([scene.poll(), scene.poll()]);
    await world[scene.drill().stage]?.(scene);
    await reach(scene, 'ended');

    expect(scene.ledger.all('LOCKOUT#').length).toBeLessThanOrEqual(1);
    expect(rest(scene)).toMatchObject({ forks: 0, open: 0 });
  });

  it('a newer run takes over', async () => {
    const scene = aScene();
    await scene.start();
    await reach(scene, stage);
    const before = scene.ledger.commits.length;

    expect(await advanceDrill(scene.deps)({ teamId, drillId: scene.drill().id, run: 0 })).toMatchObject({
      ended: true,
    });
    expect(scene.ledger.commits.length).toBe(before);
  });
});

interface Trouble {
  readonly what: string;
  readonly begin: (scene: Scene) => unknown;
  readonly failure: string;
  readonly polls: number;
}

const changed = (changes: Partial<typeof leader>) => (scene: Scene) =>
  scene.rewrite(databaseSaved({ ...leader, ...changes }));
const using = (usedBytes: number | null) => (scene: Scene) => Object.assign(scene.responses.measurement, { usedBytes });
const startedAt = '2026-11-29T00:00:00.000Z';

describe('while the fork copies its leader', () => {
  it.each<Trouble>([
    { what: 'is short of memory', begin: using(7168 * 1024 ** 2), failure: 'leader_short_of_memory', polls: 1 },
    { what: 'does not respond', begin: using(null), failure: 'leader_silent', polls: 3 },
    { what: 'is promoted', begin: changed({ handoverTo: 'db_x' }), failure: 'leader_gone', polls: 1 },
    { what: 'is destroyed', begin: changed({ status: 'destroying' }), failure: 'leader_gone', polls: 1 },
    { what: 'is maintained', begin: changed({ maintenance: { startedAt } }), failure: 'leader_gone', polls: 1 },
  ])('the drill stops at once if the leader $what', async ({ begin, failure, polls }) => {
    const scene = aScene();
    scene.responses.progress = { caughtUp: false, lagBytes: 1 };
    await scene.start();
    await reach(scene, 'catching_up');
    await begin(scene);

    for (let poll = 0; poll < polls; poll += 1) await scene.poll();

    expect(scene.drill()).toMatchObject({ stage: 'removing', verdict: { outcome: 'failed', failure } });
  });
});

it('a stage that takes too long fails the drill', async () => {
  const scene = aScene();
  await scene.start();
  scene.later(31 * 60);

  await scene.poll();

  expect(scene.drill().verdict).toMatchObject({ failure: 'fork_failed' });
});

it('the contacts of the key are notified of a failed drill, and not of an aborted one', async () => {
  const noticesAfter = async (end: (scene: Scene) => unknown) => {
    const scene = aScene();
    await scene.start();
    await reach(scene, 'catching_up');
    await end(scene);
    await reach(scene, 'ended');
    const notices = scene.ledger.effects().filter(({ kind }) => kind === 'notice');
    return { notices, id: scene.drill().id };
  };

  const failed = await noticesAfter((scene) => changed({ handoverTo: 'db_x' })(scene));
  const aborted = await noticesAfter((scene) =>
    abortDrill(scene.deps)({ teamId, drill: scene.drill().id, actor: { kind: 'token', id: 'tok_1' } }),
  );

  expect(failed.notices).toEqual([
    { kind: 'notice', notice: { teamId, keyId: aKey().id, fact: 'drill_failed', about: failed.id } },
  ]);
  expect(aborted.notices).toEqual([]);
});
