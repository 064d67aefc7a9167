/**
 * No execution can exceed the limit of its history: 25,000 events, at which Step Functions ends it and no Catch
 * applies. Computed from the definitions: every loop counts its laps and has a limit, and the worst case of each lap is
 * added up.
 */
import { describe, expect, it } from '@jest/globals';
import { type Machine, machineNames, readMachine, type State } from '#statemachines/definitions.ts';

/** Step Functions guide, "Service quotas": events of a history. */
const mostEvents = 25_000;

/** Includes the machines of distributed maps, whose executions have separate histories. */
const machines = machineNames.flatMap((name): [string, Machine][] => [
  [name, readMachine(name)],
  ...Object.entries(readMachine(name).States).flatMap(([state, { ItemProcessor }]): [string, Machine][] =>
    ItemProcessor ? [[`${name}, ${state}`, ItemProcessor]] : [],
  ),
]);

const targetsOf = ({ Next, Default, Choices = [], Catch = [] }: State): string[] =>
  [Next, Default, ...Choices.map((rule) => rule.Next), ...Catch.map((each) => each.Next)].filter(
    (name) => name !== undefined,
  );

/** Entered and exited; a task or a map is scheduled, started and ended at each attempt. */
const eventsOf = ({ Type, Retry = [] }: State): number =>
  2 + (Type === 'Task' || Type === 'Map' ? 3 * (1 + Retry.reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 0)) : 0);

function reachable({ States }: Machine, from: string, allowed: (name: string) => boolean = () => true): Set<string> {
  const found = new Set<string>();
  const next = targetsOf(States[from] as State).filter(allowed);
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    next.push(...targetsOf(States[name] as State).filter(allowed));
  }
  return found;
}

/** Strongly connected sets of states. */
function loopsOf(machine: Machine): string[][] {
  const loops = new Map<string, string[]>();
  for (const name of Object.keys(machine.States)) {
    const loop = [...reachable(machine, name)].filter((other) => reachable(machine, other).has(name)).sort();
    if (loop.includes(name)) loops.set(loop.join(), loop);
  }
  return [...loops.values()];
}

const hasLoop = (machine: Machine, names: readonly string[]): boolean =>
  names.some((name) => reachable(machine, name, (other) => names.includes(other)).has(name));

const boundIn = (condition: string, counter: string): number | null => {
  const match = new RegExp(`\\$${counter} < (\\d+) %}$`).exec(condition);
  return match && !condition.includes(' or ') ? Number(match[1]) : null;
};

/** Continues in the loop only by rules that end with `$counter < number`. */
function guardOf({ Type, Choices = [], Default }: State, loop: readonly string[], counter: string): number | null {
  if (Type !== 'Choice' || loop.includes(Default ?? '')) return null;
  const bounds = Choices.filter(({ Next }) => loop.includes(Next)).map(({ Condition }) => boundIn(Condition, counter));
  return bounds.length > 0 && bounds.every((bound) => bound !== null) ? Math.max(...(bounds as number[])) : null;
}

const countersIn = (machine: Machine): string[] => [
  ...new Set([...JSON.stringify(machine).matchAll(/\$(\w+) < \d+ %}/g)].map(([, name]) => name ?? '')),
];

/** The maximum number of laps; null if nothing bounds it. */
function lapsOf(machine: Machine, loop: readonly string[]): number | null {
  const stateOf = (name: string) => machine.States[name] as State;
  for (const counter of countersIn(machine)) {
    const guards = loop.filter((name) => guardOf(stateOf(name), loop, counter) !== null);
    const steps = loop.filter(
      (name) =>
        JSON.stringify(stateOf(name)).includes(`$${counter} + 1 %}`) ||
        JSON.stringify(stateOf(name)).includes(`'${counter}': $${counter} + 1}`),
    );
    const isReset = loop.some((name) => typeof stateOf(name).Assign?.[counter] === 'number' && !guards.includes(name));
    const without = (names: readonly string[]) => loop.filter((name) => !names.includes(name));
    if (guards.length === 0 || isReset || hasLoop(machine, without(guards)) || hasLoop(machine, without(steps)))
      continue;
    return 1 + Math.max(...guards.map((name) => guardOf(stateOf(name), loop, counter) ?? 0));
  }
  return null;
}

function worstOf(machine: Machine): number {
  const loops = loopsOf(machine);
  const sum = (names: readonly string[]) =>
    names.reduce((total, name) => total + eventsOf(machine.States[name] as State), 0);
  const straight = Object.keys(machine.States).filter((name) => !loops.some((loop) => loop.includes(name)));
  return loops.reduce(
    (total, loop) => total + (lapsOf(machine, loop) ?? Number.POSITIVE_INFINITY) * sum(loop),
    2 + sum(straight),
  );
}

describe.each(machines)('the history of %s', (_name, machine) => {
  it('is bounded: each loop counts its laps, and leaves at a number of them', () => {
    expect(loopsOf(machine).filter((loop) => lapsOf(machine, loop) === null)).toEqual([]);
  });

  it('stays below 25,000 events, whatever fails and is tried again', () => {
    expect(worstOf(machine)).toBeLessThan(mostEvents);
  });
});

describe('the computation', () => {
  const wait = (changes: object = {}) => ({ Type: 'Wait', Seconds: 1, Next: 'Again?', ...changes });
  const loop = (waiting: object, again: object): Machine =>
    ({
      StartAt: 'Wait',
      States: { Wait: waiting, 'Again?': { Type: 'Choice', ...again }, End: { Type: 'Succeed' } },
    }) as never;
  const counted = { Choices: [{ Condition: '{% $laps < 10 %}', Next: 'Wait' }], Default: 'End' };
  const step = { Assign: { laps: '{% $laps + 1 %}' } };

  it('knows a bounded loop', () => {
    expect(worstOf(loop(wait(step), counted))).toBe(2 + 11 * 4 + 2);
  });

  it.each([
    ['that nothing counts', wait(), counted],
    ['that nothing ends', wait(step), { Choices: [{ Condition: '{% $laps < 10 %}', Next: 'End' }], Default: 'Wait' }],
    [
      'that another condition keeps going',
      wait(step),
      { Choices: [...counted.Choices, { Condition: '{% $states.input.more %}', Next: 'Wait' }], Default: 'End' },
    ],
    ['whose counter is set back', wait({ Assign: { laps: 0 } }), counted],
    ['that has a way past the counting', wait({ ...step, Type: 'Task', Catch: [{ Next: 'Wait' }] }), counted],
  ])('finds a loop %s', (_, waiting, again) => {
    expect(worstOf(loop(waiting, again))).toBe(Number.POSITIVE_INFINITY);
  });
});
