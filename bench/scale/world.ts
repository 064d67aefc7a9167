/**
 * A deployment in virtual time, at any size: the operations of `lib/`, the real state machines and the EC2 driver, over
 * services that keep AWS's limits and take their time. Nothing fails by chance in it. Does not: the API, forks.
 */

import { failureOfStep } from '#lib/edge/task.ts';
import type { Rates } from '#lib/lockouts/pace.ts';
import type { Mail } from '#lib/model/notice.ts';
import type { Pending, Published } from '#lib/model/outbox-message.ts';
import { Transient } from '#lib/model/problem.ts';
import { chaos as chaosOf } from '#simulation/chaos.ts';
import { createFunctions, type Functions } from '#simulation/functions.ts';
import { type SimulatedKms, simulatedKms } from '#simulation/kms.ts';
import { namedError } from '#simulation/memory-table.ts';
import { countingIds } from '#simulation/samples.ts';
import { type SimulatedTable, simulatedTable } from '#simulation/table.ts';
import { type VirtualTime, virtualTime } from '#simulation/virtual-time.ts';
import { type SimulatedWorkflows, simulatedWorkflows } from '#simulation/workflows.ts';
import { createContext, type ScaleContext } from './context.ts';
import { measuredTable } from './documents.ts';
import { createEc2Fleet } from './ec2-operations.ts';
import { type Instances, instances } from './instances.ts';
import type { RateName } from './limits.ts';
import { measuredKms } from './measured-kms.ts';
import { bucketIn, type Meter, meter as meterOf } from './meter.ts';
import { runCommand } from './run-command.ts';
import { type Sandboxes, sandboxes } from './sandboxes.ts';
import { simulatedS3 } from './simulated-s3.ts';

export interface ScaledWorld {
  readonly time: VirtualTime;
  readonly meter: Meter;
  readonly table: SimulatedTable;
  readonly kms: SimulatedKms;
  readonly machines: Instances;
  readonly workflows: SimulatedWorkflows;
  readonly lambda: Sandboxes;
  readonly functions: Functions;
  /** The started executions, as `<machine>:<name>`. */
  readonly started: string[];
  /** The sent mails with their times. */
  readonly mails: { readonly at: number; readonly mail: Mail }[];
  readonly breaches: string[];
}

const start = Date.parse('2030-01-01T00:00:00Z');

export function scaledWorld({
  raised,
  waitingPeriodSeconds,
}: {
  raised: boolean;
  waitingPeriodSeconds: number;
}): ScaledWorld {
  const time = virtualTime(start);
  const chaos = chaosOf(time, 1);
  const meter = meterOf(time.millis, raised);
  const breaches: string[] = [];
  const breach = (what: string) => void breaches.push(`${time.now().toISOString()} ${what}`);
  const table = simulatedTable(time, chaos, { breach });
  const kms = simulatedKms(time, chaos);
  const around = createContext({ time, meter, kms, chaos, breach });
  const lambda = sandboxes(around);
  const machines = instances(around);
  const transfers = simulatedS3(around);
  const fleet = createEc2Fleet({
    ...{ machines, commands: runCommand(around, machines, transfers.uploaded), now: time.now, sleep: time.sleep },
    ...{ transfers, settings: {} as never, places: {} as never, volumeFix: () => '' },
    checkKey: async ({ keyArn }) => (kms.isUsable(keyArn) ? 'usable' : 'unusable'),
  });
  const bare = simulatedWorkflows(time, chaos, (name, payload) =>
    lambda.run(name, () => stepOf(functions, name, payload)),
  );
  const started: string[] = [];
  const workflows = { ...bare, ...startedBy(around, bare, started) };
  const mails: ScaledWorld['mails'] = [];
  const functions: Functions = createFunctions({
    ...{ time, chaos, table: measuredTable(table, around), kms: measuredKms(kms, around), newId: countingIds() },
    ...{ waitingPeriodSeconds, rates: ratesOf(raised) },
    fleet: { ...fleet, remove: async () => undefined },
    workflows,
    publish: (pending) =>
      published(around, pending, (id) => lambda.run('onEffectDue', () => functions.onEffectDue(id))),
    sendMail: async (_, mail) => {
      await around.request({
        action: 'SES SendEmail',
        latency: 'mailRequest',
        tokens: {},
        refusal: () => new Transient('SES does not answer'),
      });
      return `mail-${mails.push({ at: time.millis(), mail })}`;
    },
  });
  return { time, meter, table, kms, machines, workflows, lambda, functions, started, mails, breaches };
}

const ratesOf = (raised: boolean): Rates => {
  const perSecond = (name: RateName) => bucketIn(name, raised).perSecond;
  return { starts: perSecond('startedInstances'), grants: perSecond('kmsCreateGrant') };
};

/** Translates errors as `lib/edge/task.ts` does. */
async function stepOf({ steps }: Functions, name: string, payload: unknown): Promise<unknown> {
  const step = steps[name];
  if (!step) throw new Error(`Unknown step ${name}`);
  try {
    return (await step.run(step.input().parse(payload) as never)) ?? null;
  } catch (error) {
    throw failureOfStep(error);
  }
}

const away = () => new Transient('Step Functions does not answer');

const startedBy = ({ request }: ScaleContext, workflows: SimulatedWorkflows, started: string[]) => ({
  startWorkflow: async (execution: Parameters<SimulatedWorkflows['startWorkflow']>[0]) => {
    await request({
      action: 'StepFunctions StartExecution',
      latency: 'statesRequest',
      tokens: { startExecution: 1 },
      refusal: away,
    });
    started.push(`${execution.machine}:${execution.name}`);
    await workflows.startWorkflow(execution);
  },
  isRunning: async (...input: Parameters<SimulatedWorkflows['isRunning']>) => {
    await request({ action: 'StepFunctions DescribeExecution', latency: 'statesRequest', tokens: {}, refusal: away });
    return workflows.isRunning(...input);
  },
});

/** Sends ten events per request, as `lib/aws/events.ts` does, and delivers the outbox messages to their function. */
async function published(
  around: ScaleContext,
  pending: readonly Pending[],
  onEffect: (id: string) => Promise<void>,
): Promise<Published> {
  for (let sent = 0; sent < pending.length; sent += 10)
    await around.request({
      ...{ action: 'EventBridge PutEvents', latency: 'eventBridgeRequest', tokens: {} },
      refusal: () => namedError('ThrottlingException', 'Rate exceeded'),
    });
  around.meter.count('EventBridge events', pending.length);
  for (const { id, effect } of pending)
    if (effect.kind !== 'event')
      around.time.at(around.time.millis() + around.lasting('delivery'), () => void onEffect(id).catch(() => undefined));
  return { taken: pending.map(({ id }) => id), refused: [], failure: null };
}
