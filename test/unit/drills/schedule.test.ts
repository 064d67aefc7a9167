/** Drills that start by themselves: once per due time, tried again when refused, and counted overdue. */
import { describe, expect, it } from '@jest/globals';
import { readDrillSchedule, removeDrillSchedule, setDrillSchedule } from '#lib/drills/schedule.ts';
import { watchDrillSchedules } from '#lib/drills/schedule-watch.ts';
import { startScheduled } from '#lib/drills/start-scheduled.ts';
import { weekdays } from '#lib/model/database.ts';
import type { DrillSchedule } from '#lib/model/drill-schedule.ts';
import { keyRemoved } from '#lib/model/items/keys.ts';
import type { Key } from '#lib/model/key.ts';
import type { OutboxMessage } from '#lib/model/outbox-message.ts';
import '#test/support/matchers.ts';
import { aKey, at, teamId, tokenActor } from '#test/support/build.ts';
import { aScene, type Scene } from './drilling.ts';
import { drillKey } from './real-drill.ts';

const key = aKey().id;
/** A window that opened an hour ago. */
const opened = new Date(at.getTime() - 3_600_000);
const window = {
  day: weekdays[opened.getUTCDay()] ?? 'sunday',
  time: opened.toISOString().slice(11, 16),
} as const;
const monthly = { mode: 'simulated', every: 'month', window, owner: 'owner@example.com' } as const;

const awaited = { databaseId: 'db_1', keyId: key, waitingPeriodMinutes: 0 };
const set = (scene: Scene, changes: object = {}) =>
  setDrillSchedule(scene.deps)({ teamId, key, actor: tokenActor, ...monthly, ...changes });
const watch = (scene: Scene) => watchDrillSchedules(scene.deps)();
const schedule = (scene: Scene) => readDrillSchedule(scene.deps)({ teamId, key });
const storedKey = (scene: Scene) => scene.ledger.all<Key>('KEY#').find(({ id }) => id === key);

type Workflow = Extract<OutboxMessage, { kind: 'workflow' }>;
const attempts = (scene: Scene): Workflow[] =>
  scene.ledger
    .effects()
    .filter((each): each is Workflow => each.kind === 'workflow' && each.machine === 'drill' && 'dueAt' in each.input);
const due = ({ nextAt }: DrillSchedule) => ({ teamId, keyId: key, dueAt: nextAt });
const skips = (scene: Scene) =>
  scene.ledger.entries().flatMap(({ type, data }) => (type === 'DrillSkipped' ? [data] : []));
const notices = (scene: Scene) =>
  scene.ledger.effects().flatMap((each) => (each.kind === 'notice' ? [each.notice] : []));

describe('a schedule', () => {
  it('is stored once, replaced, read and removed; each change is an entry', async () => {
    const scene = aScene();

    const first = await set(scene);
    await set(scene);
    const second = await set(scene, { every: 'quarter' });

    expect(scene.ledger.commits).toHaveLength(2);
    expect(await schedule(scene)).toMatchObject({ every: 'quarter', nextAt: first.nextAt, owner: 'owner@example.com' });
    expect(second.nextAt.slice(0, 16)).toBe(opened.toISOString().slice(0, 16));
    expect(storedKey(scene)).toMatchObject({ drillEvery: 'quarter' });

    await removeDrillSchedule(scene.deps)({ teamId, key, actor: tokenActor });

    await expect(schedule(scene)).rejects.toBeProblem('not_found');
    expect(storedKey(scene)).not.toHaveProperty('drillEvery');
    expect(scene.ledger.entries().map(({ type }) => type)).toEqual(Array(3).fill('DrillScheduleChanged'));
  });

  it.each([
    ['a real mode without a drill key', { mode: 'real' }],
    ['a simulated mode with a drill key', { drillKey: aKey().arn }],
    ['the live key as the drill key', { mode: 'real', drillKey: aKey().arn }],
    ['the live key with white space around it', { mode: 'real', drillKey: ` ${aKey().arn}\n` }],
    ['a drill key that is no ARN', { mode: 'real', drillKey: '0' }],
  ])('with %s is refused', async (_, changes) => {
    const scene = aScene();

    await expect(set(scene, changes)).rejects.toBeProblem('invalid_request');
    expect(scene.ledger.commits).toEqual([]);
  });

  it('has a drill key only if that fits now, and stores nothing otherwise', async () => {
    const real = { mode: 'real', drillKey: drillKey.arn };
    const unfit = { ...drillKey, databases: 1 };
    const refused = aScene({ keys: [aKey(), unfit] });
    const inDrill = aScene({ keys: [aKey(), { ...drillKey, drill: { ...awaited, drillId: 'drl_1' } }] });
    const fit = aScene({ keys: [aKey(), drillKey] });

    await expect(set(refused, real)).rejects.toBeProblem('wrong_state');
    await expect(set(inDrill, real)).rejects.toThrow(/used by the drill drl_1/);
    expect([...refused.ledger.commits, ...inDrill.ledger.commits]).toEqual([]);
    expect(await set(fit, real)).toMatchObject({ mode: 'real', drillKey: drillKey.arn });
  });

  it("of another team's key is not found", async () => {
    const scene = aScene();
    await set(scene);

    await expect(readDrillSchedule(scene.deps)({ teamId: 'team_other', key })).rejects.toBeProblem('not_found');
  });

  it('goes with its key', async () => {
    const scene = aScene();
    await set(scene);

    for (const change of keyRemoved(storedKey(scene) ?? aKey()).filter(({ kind }) => kind === 'remove'))
      await scene.rewrite(change);

    expect(await scene.ledger.drillScheduleOf(key)).toBeNull();
  });
});

describe('a drill that is due', () => {
  it('is requested once a minute, and starts once', async () => {
    const scene = aScene();
    const before = await set(scene);

    await watch(scene);
    await watch(scene);
    scene.later(60);
    await watch(scene);
    const results = await Promise.all([
      startScheduled(scene.deps)(due(before)),
      startScheduled(scene.deps)(due(before)),
    ]);

    expect(new Set(attempts(scene).map(({ name }) => name)).size).toBe(2);
    expect(attempts(scene)[0]?.input).toEqual(due(before));
    expect(results.map(({ result }) => result).sort()).toEqual(['outdated', 'started']);
    expect(scene.drill()).toMatchObject({ mode: 'simulated', startedBy: { kind: 'workflow', id: 'drill-schedule' } });
    const after = await schedule(scene);
    expect(after).toMatchObject({ lastStartedAt: scene.deps.now().toISOString(), overdueSince: null });
    expect(Date.parse(after.nextAt) - at.getTime()).toBeGreaterThan(27 * 86_400_000);
    expect(skips(scene)).toEqual([]);
  });

  it('is not requested before its window', async () => {
    const scene = aScene();
    await set(scene, { window: { ...window, day: weekdays[(opened.getUTCDay() + 2) % 7] } });

    await watch(scene);

    expect(attempts(scene)).toEqual([]);
  });

  it('is reported as skipped once for each reason, and starts when nothing prevents it', async () => {
    const scene = aScene();
    const before = await set(scene);
    scene.responses.measurement = { usedBytes: 0.9 * 7168 * 1024 ** 2 };

    for (let attempt = 0; attempt < 3; attempt += 1) await startScheduled(scene.deps)(due(before));
    scene.responses.measurement = { usedBytes: null };
    expect(await startScheduled(scene.deps)(due(before))).toEqual({ result: 'skipped' });

    expect(skips(scene)).toMatchObject([
      { reason: 'wrong_state', dueAt: before.nextAt, isOverdue: false },
      { reason: 'unavailable', dueAt: before.nextAt, isOverdue: false },
    ]);
    expect(await schedule(scene)).toMatchObject({ nextAt: before.nextAt, skipped: { reason: 'unavailable' } });

    scene.responses.measurement = { usedBytes: 1024 };
    expect(await startScheduled(scene.deps)(due(before))).toEqual({ result: 'started' });
    expect(await schedule(scene)).toMatchObject({ skipped: null });
  });

  it('is overdue after its window: reported once, and due again in the next window', async () => {
    const scene = aScene();
    const before = await set(scene);
    const weekMs = 7 * 86_400_000;

    for (let week = 0; week < 2; week += 1) {
      scene.later(4 * 3600);
      await watch(scene);
      scene.later(weekMs / 1000 - 4 * 3600);
    }

    expect(await schedule(scene)).toMatchObject({
      overdueSince: before.nextAt,
      nextAt: new Date(Date.parse(before.nextAt) + 2 * weekMs).toISOString(),
    });
    expect(skips(scene)).toMatchObject([{ isOverdue: true }, { isOverdue: true }]);
    expect(notices(scene)).toEqual([{ teamId, keyId: key, fact: 'drill_overdue', about: before.nextAt }]);
    expect(await startScheduled(scene.deps)(due(before))).toEqual({ result: 'outdated' });
  });
});
