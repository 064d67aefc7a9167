/**
 * One key's lockout from beginning to end in virtual time: disabled, all stopped, notified; enabled, all restored,
 * notified.
 */
import { executionArn } from 'aws-local/step-functions';
import type { Lockout } from '#lib/model/lockout.ts';
import type { LockoutState } from '#lib/model/lockout-state.ts';
import { teamId } from '#simulation/samples.ts';
import { type Histories, historiesOf } from './histories.ts';
import { rateLimits } from './limits.ts';
import type { Margin } from './meter.ts';
import { arnOfKey, seedWorld } from './seed-world.ts';
import { tokenBucket } from './token-bucket.ts';
import { type ScaledWorld, scaledWorld } from './world.ts';

export interface LockoutRun {
  readonly databases: number;
  /**
   * Seconds from the end of the waiting period until all is stopped, and from enabling the key until all is restored;
   * null: not within two hours.
   */
  readonly stopped: number | null;
  readonly restored: number | null;
  /** The number of requests by service and action. */
  readonly requests: ReadonlyMap<string, number>;
  readonly margins: readonly Margin[];
  readonly histories: Histories;
  /** The seconds in each state. */
  readonly steps: readonly { readonly state: LockoutState; readonly at: string }[];
  readonly mails: number;
  readonly longestTask: number;
  readonly breaches: readonly string[];
}

const waitingPeriodSeconds = 600;
/** The database's own grant, and EC2's for each volume of its server. */
const grantsOfDatabase = 3;
const twoHours = 7_200_000;

export async function lockOut(databases: number, raised: boolean): Promise<LockoutRun> {
  const world = scaledWorld({ raised, waitingPeriodSeconds });
  await seedWorld(world, { keys: 1, databases });
  everyMinute(world, () =>
    world.lambda.run('onSweep', () => world.functions.onSweep({ time: world.time.now().toISOString() })),
  );
  const enabledAt = await lockedOut(world, arnOfKey(1));
  return summarize(world, { databases, enabledAt });
}

/**
 * Disables the key until all is stopped and notified, and enables it until all is restored and notified; returns the
 * time of the enabling.
 */
export async function lockedOut(world: ScaledWorld, arn: string): Promise<number> {
  world.kms.change(arn, { state: 'Disabled' });
  tell(world, arn);
  await reach(world, arn, 'stopped');
  await rest(world);
  world.kms.change(arn, { state: 'Enabled' });
  const enabledAt = world.time.millis();
  tell(world, arn);
  await reach(world, arn, 'restored');
  await rest(world);
  return enabledAt;
}

/** Forwards the event of a changed key from the customer's account. */
function tell({ time, lambda, functions }: ScaledWorld, arn: string): void {
  const detail = {
    eventSource: 'kms.amazonaws.com',
    eventName: 'DisableKey',
    resources: [{ ARN: arn }],
    userIdentity: { arn: 'arn:aws:iam::111122223333:user/admin' },
  };
  const event = { id: `event-${time.millis()}`, source: 'aws.kms', 'detail-type': 'AWS API Call via CloudTrail' };
  const whole = { ...event, account: '111122223333', time: time.now().toISOString(), resources: [arn], detail };
  time.at(time.millis() + 500, () => void lambda.run('onKeyChanged', () => functions.onKeyChanged(whole)));
}

function everyMinute({ time }: ScaledWorld, work: () => Promise<unknown>): void {
  time.at(time.millis() + 60_000, () => {
    void work().catch(() => undefined);
    everyMinute({ time } as ScaledWorld, work);
  });
}

const lockoutOf = ({ table }: ScaledWorld, arn: string): Lockout | undefined =>
  table.rows(`TEAM#${teamId}`).find(({ sk, keyArn }) => sk.startsWith('LOCKOUT#') && keyArn === arn) as unknown as
    | Lockout
    | undefined;

async function reach(world: ScaledWorld, arn: string, state: LockoutState): Promise<void> {
  const until = world.time.millis() + twoHours;
  while (lockoutOf(world, arn)?.state !== state && world.time.millis() < until)
    await world.time.runUntil(world.time.millis() + 1000);
}

/** Waits until the mails are sent. */
const rest = ({ time }: ScaledWorld): Promise<void> => time.runUntil(time.millis() + 120_000);

function summarize(world: ScaledWorld, { databases, enabledAt }: { databases: number; enabledAt: number }): LockoutRun {
  const { meter, workflows, started, mails, lambda, breaches } = world;
  const lockout = lockoutOf(world, arnOfKey(1));
  const at = (state: LockoutState) => Date.parse(lockout?.steps.find((step) => step.state === state)?.at ?? '');
  const since = (state: LockoutState, from: number) => (Number.isNaN(at(state)) ? null : (at(state) - from) / 1000);
  const arns = started.map((execution) => {
    const [machine, name] = execution.split(':') as [string, string];
    return executionArn(`arn:aws:states:us-east-1:210987654321:stateMachine:${machine}`, name);
  });
  const histories = historiesOf(workflows.engine, arns);
  meter.saw('historyEvents', histories.mostEvents);
  meter.saw('payloadBytes', histories.mostBytes);
  meter.saw('grantsOfKey', grantsOfDatabase * databases);
  const down = world.table
    .rows(`TEAM#${teamId}`)
    .filter(({ sk, status }) => sk.startsWith('DB#') && status !== 'available');
  return {
    databases,
    stopped: since('stopped', Date.parse(lockout?.deadline ?? '')),
    restored: since('restored', enabledAt),
    ...{
      requests: meter.requests,
      margins: [...meter.margins(), transitionMargin(histories)],
      histories,
      steps: lockout?.steps ?? [],
      mails: mails.length,
    },
    longestTask: Math.max(...[...lambda.ran.values()].map(({ longest }) => longest)) / 1000,
    breaches: [...breaches, ...(down.length > 0 ? [`${down.length} databases are not available in the end`] : [])],
  };
}

/** The margin of the state transitions, replayed against their token bucket. */
function transitionMargin({ transitions }: Histories): Margin {
  const { title, capacity, perSecond } = rateLimits.transitions;
  const bucket = tokenBucket({ capacity, perSecond });
  const refused = transitions.filter((at) => !bucket.take(at, 1)).length;
  return {
    title,
    margin: bucket.lowest() / capacity,
    refused,
    detail: `${Math.round(bucket.lowest())} of ${capacity} left at least, ${perSecond}/s`,
  };
}
