/** A simulated deployment: two teams with their apps and keys, the scheduled functions, and faults. */
import { failureOfStep } from '#lib/edge/task.ts';
import type { App } from '#lib/model/app.ts';
import { provingCall } from '#lib/model/delivery-proof.ts';
import { appCreated } from '#lib/model/items/apps.ts';
import { mailDomainsSet } from '#lib/model/items/recipients.ts';
import { teamCreated } from '#lib/model/items/teams.ts';
import type { Mail } from '#lib/model/notice.ts';
import { Problem, Transient } from '#lib/model/problem.ts';
import { type SimulatedBus, simulatedBus } from '#simulation/bus.ts';
import { type Chaos, chaos as chaosOf } from '#simulation/chaos.ts';
import { type SimulatedFleet, simulatedFleet } from '#simulation/fleet.ts';
import { createFunctions, type Functions, platformKeyArn } from '#simulation/functions.ts';
import { type SimulatedKms, simulatedKms } from '#simulation/kms.ts';
import { namedError, type Row } from '#simulation/memory-table.ts';
import { countingIds } from '#simulation/samples.ts';
import { type SimulatedTable, simulatedTable } from '#simulation/table.ts';
import { type VirtualTime, virtualTime } from '#simulation/virtual-time.ts';
import { type SimulatedWorkflows, simulatedWorkflows } from '#simulation/workflows.ts';
import { createWatch, watchNotices } from './watch.ts';

export interface SentMail {
  readonly to: string;
  readonly mail: Mail;
  readonly at: number;
}

export interface World {
  readonly waitingPeriodSeconds: number;
  readonly time: VirtualTime;
  readonly chaos: Chaos;
  readonly table: SimulatedTable;
  readonly kms: SimulatedKms;
  readonly fleet: SimulatedFleet;
  readonly bus: SimulatedBus;
  readonly workflows: SimulatedWorkflows;
  readonly functions: Functions;
  readonly mails: SentMail[];
  /** Violations that were observed. */
  readonly breaches: string[];
  /** The outcomes of requests: a problem's code, `done` or `unanswered`. */
  readonly outcomes: string[];
  /** Sends a request to the API. */
  send(what: (api: Functions['api']) => Promise<unknown>): void;
  /** Sends an event from an account, which may be forged. */
  keyEvent(arn: string, account: string, errorCode?: string): void;
  /** Scheduled runs are lost until this time. */
  noSweepUntil: number;
}

export const teams = ['team_a', 'team_b'] as const;
/**
 * Keys by number; the first two are team A's. `key-2` is bound to team B by its policy, the others are open to all
 * teams.
 */
export const keyArns = ['111122223333', '111122223333', '444455556666'].map(
  (account, n) => `arn:aws:kms:us-east-1:${account}:key/00000000-0000-4000-8000-00000000000${n}`,
);
export const ownerOfKey = (arn: string): string => (arn === keyArns[2] ? 'team_b' : 'team_a');
export const appIds = teams.map((team) => [1, 2].map((n) => `app_${`${team.at(-1)}${n}`.padStart(26, '0')}`));

/** Full checks are then 48 minutes apart, so that a schedule contains some. */
const minutesWithEvents = 2;

const start = Date.parse('2030-01-01T00:00:00Z');

export async function aWorld({
  seed,
  waitingPeriodSeconds,
}: {
  seed: number;
  waitingPeriodSeconds: number;
}): Promise<World> {
  const time = virtualTime(start);
  const chaos = chaosOf(time, seed);
  const breaches: string[] = [];
  const breach = (what: string) => void breaches.push(`${time.now().toISOString()} ${what}`);
  const noticed = watchNotices(breach);
  const observers = (row: Row) => {
    noticed(row);
    if (row.sk.startsWith('KEY#')) kms.setStrict(String(row.arn), row.strict === true);
  };
  const table = simulatedTable(time, chaos, { onWrite: observers, breach });
  const kms = simulatedKms(time, chaos);
  for (const [n, arn] of keyArns.entries()) kms.create(arn, n === 2 ? 'team_b' : null);
  kms.create(platformKeyArn, null);
  const watch = createWatch({ time, table, kms, breach });
  const fleet = simulatedFleet(time, chaos, { kms, watch });
  const bus = simulatedBus(time, chaos);
  const mails: SentMail[] = [];
  const workflows = simulatedWorkflows(time, chaos, (name, payload) => invoke(chaos, functions, { name, payload }));
  const run = (work: () => Promise<unknown>) => chaos.run(async () => void (await work()), ended);
  const functions: Functions = createFunctions({
    ...{ time, chaos, table, kms, fleet, workflows, newId: countingIds(), waitingPeriodSeconds, minutesWithEvents },
    publish: (pending) => bus.publish(pending, (id) => run(() => functions.onEffectDue(id))),
    sendMail: (to, mail) =>
      chaos.call(
        'mail',
        () => `mail-${mails.push({ to, mail, at: time.millis() })}`,
        () => new Transient('SES did not take the mail'),
      ),
  });
  const outcomes: string[] = [];
  const world: World = {
    ...{
      waitingPeriodSeconds,
      time,
      chaos,
      table,
      kms,
      fleet,
      bus,
      workflows,
      functions,
      mails,
      breaches,
      outcomes,
      noSweepUntil: 0,
    },
    send: (what) =>
      void run(() => what(functions.api)).then(
        () => outcomes.push('done'),
        (error: unknown) => outcomes.push(error instanceof Problem ? error.code : 'unanswered'),
      ),
    keyEvent: (arn, account, errorCode) => {
      const userIdentity = { arn: `arn:aws:iam::${account}:user/somebody` };
      forwarded(arn, account, { eventName: 'DisableKey', userIdentity, ...(errorCode ? { errorCode } : {}) });
    },
  };
  const forwarded = (arn: string, account: string, call: object) => {
    const detail = { eventSource: 'kms.amazonaws.com', resources: [{ ARN: arn }], ...call };
    const event = {
      id: `event-${time.millis()}`,
      source: 'aws.kms',
      'detail-type': 'AWS API Call via CloudTrail',
      resources: [arn],
    };
    const whole = { ...event, account, time: time.now().toISOString(), detail };
    bus.deliver(() => run(() => functions.onKeyChanged(whole)));
  };
  kms.onEcho((arn, requestID) => forwarded(arn, arn.split(':')[4] ?? '', { eventName: provingCall, requestID }));
  await seedTeams(functions, time.now());
  schedule(world, run);
  return world;
}

const ended = () => namedError('Runtime.ExitError', 'The function ended by itself');

/** Runs a step of a state machine as `lib/edge/task.ts` does. */
async function invoke(
  chaos: Chaos,
  { steps }: Functions,
  { name, payload }: { name: string; payload: unknown },
): Promise<unknown> {
  const step = steps[name];
  if (!step) throw new Error(`Unknown step ${name}`);
  if (chaos.hits(chaos.rates().lost)) throw namedError('Lambda.TooManyRequestsException', 'Rate exceeded');
  const parsed = step.input().safeParse(payload);
  if (!parsed.success)
    throw new Problem('invalid_request', `The input of ${name} does not fit: ${parsed.error.message}`);
  const work = async () => {
    try {
      return (await step.run(parsed.data as never)) ?? null;
    } catch (error) {
      throw failureOfStep(error);
    }
  };
  return chaos.run(work, ended);
}

async function seedTeams({ commit }: Functions, at: Date): Promise<void> {
  for (const [n, teamId] of teams.entries()) {
    const apps = (appIds[n] ?? []).map((id, which): App => {
      const name = `${teamId.replace('_', '-')}-app-${which + 1}`;
      const admins = [`chief@${teamId}.example`, ...(which === 0 ? [`ops@${teamId}.example`] : [])];
      const space = { id: `space_${teamId}`, name: 'space' };
      return {
        id,
        teamId,
        name,
        space,
        tier: 'private',
        admins,
        configVars: {},
        attachments: [],
        release: 1,
        createdAt: at.toISOString(),
        version: 1,
      };
    });
    const team = [...teamCreated({ id: teamId, name: teamId }), mailDomainsSet(teamId, [`${teamId}.example`], null)];
    await commit({ teamId, at, changes: [...team, ...apps.flatMap(appCreated)] });
  }
}

/** Schedules the sweep, the fork watch, and the writes of clients. */
function schedule(world: World, run: (work: () => Promise<unknown>) => Promise<unknown>): void {
  const { time, functions, fleet } = world;
  const every = (milliseconds: number, work: () => void) => {
    const again = () => {
      work();
      time.at(time.millis() + milliseconds, again);
    };
    time.at(time.millis() + milliseconds, again);
  };
  every(60_000, () => {
    if (time.millis() < world.noSweepUntil) return;
    run(() => functions.onSweep({ time: time.now().toISOString() })).catch(() => undefined);
    run(functions.onForkWatch).catch(() => undefined);
  });
  every(7000, fleet.traffic);
}
