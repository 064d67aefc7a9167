/** kill -9 of the whole platform in every state of the two machines of a lockout. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aKey, disable, enable, lockouts } from '#local/test-support/customer.ts';
import { killInEachState } from './kill-chain.ts';
import { statesIn, tasksIn } from './machines.ts';
import { assertNothingLeft, assertServing, type Digests, fillDatabases, mailsOf } from './promises.ts';
import type { Moment, Rule } from './rules.ts';
import { aWorld } from './world.ts';

const world = aWorld({ firstPort: 22_000 });
const names = ['orders', 'sessions'];
let keyArn: string;
let digests: Digests;

beforeAll(async () => {
  await world.start();
  keyArn = await aKey(world.cloud);
  digests = await fillDatabases(world, { keyArn, names });
});
afterAll(() => world.end());

const stateOfLast = async () => (await lockouts(world.cloud))[0]?.state;
const isStopped = async () => (await stateOfLast()) === 'stopped';
const isRestored = async () => (await stateOfLast()) === 'restored';

const shutDown = async (moment: Moment, states: readonly string[], rules: readonly Rule[] = []) => {
  const begin = () => disable(world.cloud, keyArn);
  const killed = await killInEachState(world, {
    machine: 'key-shutdown',
    moment,
    states,
    rules,
    begin,
    done: isStopped,
  });
  expect(world.home.services()).toEqual([]);
  return killed;
};

const restart = async (moment: Moment, states: readonly string[], rules: readonly Rule[] = []) => {
  const begin = () => enable(world.cloud, keyArn);
  const killed = await killInEachState(world, {
    machine: 'key-restart',
    moment,
    states,
    rules,
    begin,
    done: isRestored,
  });
  const [last] = await lockouts(world.cloud);
  await mailsOf(world, last?.id ?? '', ['lockout_opened', 'databases_stopped', 'databases_restored']);
  await assertServing(world, digests);
  await assertNothingLeft(world);
  return killed;
};

const fail = (machine: string, state: string): Rule => ({ kind: 'fail', machine, state, times: 1 });

/** The branches after a permanent failure of a step, or when KMS does not answer. */
const troubles: readonly (readonly [machine: 'key-shutdown' | 'key-restart', failing: string, state: string])[] = [
  ['key-shutdown', 'Confirm the lockout', 'Left to the sweep'],
  ['key-shutdown', 'Stop services', 'Services left up'],
  ['key-shutdown', 'Stop servers', 'Servers left up'],
  ['key-restart', 'Confirm the restart', 'Left to the sweep'],
  ['key-restart', 'Start servers', 'Servers left down'],
  ['key-restart', 'Start services', 'Services left down'],
];

describe('kill -9 of the whole process in a lockout, and a start on the same folder', () => {
  it('before the work of each state: everything stops and is restored all the same', async () => {
    const [stopping, starting] = [statesIn('key-shutdown'), statesIn('key-restart')];
    const killed = [await shutDown('before', stopping), await restart('before', starting)];

    const usual = [stopping, starting].map((states) => states.filter((state) => !/left|Left|Wait for KMS/.test(state)));
    expect(killed.map((states) => states.toSorted())).toEqual(usual.map((states) => states.toSorted()));
  });

  it('after the work of each step, before its result is recorded: everything stops and is restored', async () => {
    const [stopping, starting] = [tasksIn('key-shutdown'), tasksIn('key-restart')];
    const killed = [await shutDown('after', stopping), await restart('after', starting)];

    expect(killed.map((states) => states.toSorted())).toEqual([stopping.toSorted(), starting.toSorted()]);
  });

  it.each(troubles)(
    'in the way out of %s when "%s" fails, "%s": everything stops and is restored all the same',
    async (machine, failing, state) => {
      const [states, rules] = [(of: typeof machine) => (of === machine ? [state] : []), [fail(machine, failing)]];
      const killed = [
        ...(await shutDown('before', states('key-shutdown'), rules)),
        ...(await restart('before', states('key-restart'), rules)),
      ];

      expect(killed).toEqual([state]);
    },
  );
});
