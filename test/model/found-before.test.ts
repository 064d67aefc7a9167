/** Schedules that earlier runs of the model found, kept as regression tests. */
import { describe, expect, it, jest } from '@jest/globals';
import { calm, type Rates } from '#simulation/chaos.ts';
import { type Action, act } from '#simulation/lifecycle/actions.ts';
import { brokenAtRest } from '#simulation/lifecycle/invariants.ts';
import { play } from '#simulation/lifecycle/play.ts';
import { aWorld, keyArns } from '#simulation/lifecycle/world.ts';
import { stepsOfMachines } from '#simulation/workflows.ts';

jest.setTimeout(120_000);

const scheduled = (
  steps: readonly (readonly [after: number, action: Action])[],
  { rates = calm, wait = 600 }: { rates?: Rates; wait?: number } = {},
) => ({
  ...{ seed: 1, waitingPeriodSeconds: wait, rates },
  steps: steps.map(([after, action]) => ({ after, action })),
});
const provision: Action = { do: 'provision', team: 0, app: 0, key: 0 };

describe('what schedules have found before', () => {
  it.each([
    [false, 'running'],
    [true, 'stopped'],
  ])(
    'notices a policy that lost one action without an event (strict: %s): the database is %s',
    async (strict, service) => {
      const lost = scheduled([
        [0, provision],
        [30, { do: 'strict', key: 0, strict }],
        [30, { do: 'outage', service: 'table', seconds: 300 }],
        [1, { do: 'deny', key: 0, actions: ['GenerateDataKey'] }],
        [3000, { do: 'skipSweeps', minutes: 2 }],
      ]);
      const { broken, world } = await play(lost);

      expect(broken).toEqual([]);
      expect([...world.fleet.servers.values()].map((server) => server.service)).toEqual([service]);
    },
  );

  it('checks a key with proven events less often, and still finds it unusable when its event is lost', async () => {
    const deaf: Rates = { ...calm, event: 1 };
    const world = await aWorld({ seed: 1, waitingPeriodSeconds: 20 });
    act(world, provision);
    await world.time.runUntil(world.time.millis() + 60 * 60_000);
    const keyRow = () => world.table.rows('TEAM#').find(({ sk, arn }) => sk.startsWith('KEY#') && arn === keyArns[0]);

    expect(keyRow()).toMatchObject({ status: 'usable', eventsProvenSince: expect.any(String) });

    world.chaos.setRates(deaf);
    act(world, { do: 'disable', key: 0 });
    world.chaos.setRates(calm);

    await world.time.runUntil(world.time.millis() + 50_000);

    expect(keyRow()).toMatchObject({ status: 'usable' });

    await world.time.runUntil(world.time.millis() + 2 * 60_000);
    expect(keyRow()).toMatchObject({ status: 'unusable' });
  });

  it('stops a database whose destruction waits for a last backup', async () => {
    const held = scheduled([
      [0, provision],
      [60, { do: 'outage', service: 'fleet', seconds: 400 }],
      [1, { do: 'destroy', database: 0, backup: true }],
      [1, { do: 'toggle', key: 0 }],
    ]);
    const { broken, world } = await play(held);

    expect(broken).toEqual([]);
    expect([...world.fleet.servers.values()].map(({ service }) => service)).toEqual(['stopped']);
  });

  it('starts a database that waits for its last backup, although KMS stops answering as its key returns', async () => {
    for (const after of [1, 4]) {
      const held = scheduled(
        [
          [0, provision],
          [60, { do: 'toggle', key: 0 }],
          [0, { do: 'destroy', database: 0, backup: true }],
          [600, { do: 'toggle', key: 0 }],
          [after, { do: 'outage', service: 'kms', seconds: 400 }],
        ],
        { wait: 0 },
      );
      const { broken, world } = await play(held);
      expect(broken).toEqual([]);
      expect([...world.fleet.servers.values()].map(({ service }) => service)).toEqual(['running']);
    }
  });

  it('undoes a provisioning through an outage that outlasts every retry', async () => {
    for (const service of ['fleet', 'kms', 'table'] as const) {
      for (const after of [5, 10, 15]) {
        const { broken, world } = await play(
          scheduled([
            [0, provision],
            [after, { do: 'outage', service, seconds: 900 }],
          ]),
        );
        expect(broken).toEqual([]);
        expect(brokenAtRest(world)).toEqual([]);
      }
    }
  });

  it('ends the undo of a database that was created after all, and destroyed before its response', async () => {
    const destroy: Action = { do: 'destroy', database: 0, backup: false };
    const unheard = scheduled(
      [
        [10, { ...provision, app: 1 }],
        [8, destroy],
        [1, destroy],
        [2, destroy],
      ],
      { rates: { ...calm, crash: 0.05 }, wait: 0 },
    );

    for (const seed of [489, 738]) expect((await play({ ...unheard, seed })).broken).toEqual([]);
  });

  it('leaves no lockout open when its key is forgotten', async () => {
    const forgotten = scheduled([
      [0, provision],
      [60, { do: 'toggle', key: 0 }],
      [120, { do: 'destroy', database: 0, backup: false }],
      [120, { do: 'forget', key: 0 }],
    ]);
    const { broken, world } = await play(forgotten);

    expect(broken).toEqual([]);
    expect(world.outcomes).toEqual(['done', 'done', 'done']);
  });
});

describe('the world of the model', () => {
  it('has a function for every step of every machine', async () => {
    const { functions } = await aWorld({ seed: 1, waitingPeriodSeconds: 600 });
    expect(Object.keys(functions.steps).sort()).toEqual([...new Set(stepsOfMachines())].sort());
  });

  it('is the same each time for the same seed', async () => {
    const rates: Rates = {
      lost: 0.02,
      unanswered: 0.02,
      crash: 0.005,
      event: 0.2,
      fleet: 0.1,
      slow: 0.05,
      conflict: 0.03,
    };
    const steps = [
      [0, provision],
      [30, provision],
      [30, { do: 'toggle', key: 0 }],
      [200, { do: 'toggle', key: 0 }],
    ] as const;
    const outcome = async () => {
      const { world } = await play(scheduled(steps, { rates, wait: 20 }));
      return world.table.rows('TIMELINE#').map(({ sk, type, at }) => `${sk} ${type} ${at}`);
    };

    expect(await outcome()).toEqual(await outcome());
  });
});
