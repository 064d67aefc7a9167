/** The local cloud as `make start` runs it, on a clock that can jump, with faults by plan. */
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallPlace, Faults, StatePlace } from 'aws-local/faults';
import { AwsError } from 'aws-local/protocol';
import { StateFailure } from 'aws-local/step-functions';
import { readOptions } from '#local/options.ts';
import { endWith, runCloud } from '#local/run.ts';
import { shiftClock } from '#test/support/clock.ts';
import { type CallRule, killedIn, noPlan, type Plan, type PlanResponse, planFile, type Rule } from './rules.ts';

const { dir = '', ports = { api: 0, aws: 0, inbox: 0, databases: 0 }, speed } = readOptions(process.argv.slice(2));

let plan: Plan = noPlan;
/** The number of times that each rule was met, by its text, since rules are parsed again with each plan. */
const met = new Map<string, number>();
const held = new Set<string>();
let refused = 0;

function read(): void {
  try {
    plan = JSON.parse(readFileSync(join(dir, planFile), 'utf8')) as Plan;
  } catch {
    plan = noPlan;
  }
}

function count(rule: Rule): number {
  const name = JSON.stringify(rule);
  const times = (met.get(name) ?? 0) + 1;
  met.set(name, times);
  return times;
}

const isAt =
  ({ machineArn, state }: StatePlace) =>
  (rule: Rule): boolean => {
    if (rule.kind === 'call' || !(machineArn.split('/')[0] ?? '').endsWith(`-${rule.machine}`)) return false;
    return rule.kind === 'kill' ? rule.states.includes(state) : rule.state === state;
  };

const here = <K extends Rule['kind']>(kind: K, place: StatePlace) =>
  plan.rules.filter((rule): rule is Extract<Rule, { kind: K }> => rule.kind === kind && isAt(place)(rule));

function killIf(place: StatePlace, moment: 'before' | 'after'): void {
  if (!here('kill', place).some((rule) => rule.moment === moment)) return;
  writeSync(1, `\n${killedIn(place.state)}\n`);
  process.kill(process.pid, 'SIGKILL');
}

const aroundState: Faults['aroundState'] = async (place, work) => {
  killIf(place, 'before');
  while (here('hold', place).length > 0) {
    held.add(place.state);
    await sleep(5);
  }
  held.delete(place.state);
  for (const rule of here('fail', place)) {
    if (count(rule) <= rule.times)
      throw new StateFailure('Problem', JSON.stringify({ errorMessage: 'It was made to fail.' }));
  }
  try {
    return await work();
  } finally {
    killIf(place, 'after');
  }
};

function callRuleFor({ service, operation, accountId }: CallPlace): CallRule | undefined {
  return plan.rules.find((rule): rule is CallRule => {
    if (rule.kind !== 'call' || rule.service !== service) return false;
    if (!(rule.operations?.includes(operation) ?? true) || (rule.accountId ?? accountId) !== accountId) return false;
    return count(rule) % (rule.every ?? 1) === 0;
  });
}

const aroundCall: Faults['aroundCall'] = async (place, work) => {
  const rule = callRuleFor(place);
  if (!rule) return work();
  if (rule.afterwards) await work();
  refused += 1;
  throw new AwsError(rule.code, 'It was made to fail.', { status: rule.status, fields: { ...rule.fields } });
};

process.on('message', () => {
  read();
  const response: PlanResponse = { refused, held: [...held] };
  process.send?.(response);
});
process.once('disconnect', () => process.exit(1));

read();
shiftClock(() => plan.clockMs);
// These tests lock the same key out repeatedly, and count each notice. Debouncing has separate tests.
const settings = { MAIL_SETTLE_SECONDS: '0' };
endWith(runCloud({ dir, ports, speed, settings, faults: { aroundState, aroundCall } }));
