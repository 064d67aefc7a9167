/** A month of 1,000 databases on 100 keys in virtual time. Each recurring part is simulated once and multiplied. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { executionArn } from 'aws-local/step-functions';
import { provingCall } from '#lib/model/delivery-proof.ts';
import { ownerRow } from '#lib/model/items/keys.ts';
import { callDetailType } from '#lib/model/key-event.ts';
import type { Row } from '#simulation/memory-table.ts';
import { teamId } from '#simulation/samples.ts';
import { memoryOfFunction } from './function-memory.ts';
import { historiesOf } from './histories.ts';
import { lockedOut } from './lockout-run.ts';
import { arnOfKey, seedWorld } from './seed-world.ts';
import { type ScaledWorld, scaledWorld } from './world.ts';

export const size = { keys: 100, databases: 1000 } as const;

export interface Part {
  readonly name: 'sweeps' | 'other schedules' | 'daily backups' | 'lockouts';
  readonly counted: ReadonlyMap<string, number>;
  /** In a month of 30 days. */
  readonly times: number;
}

const hour = 3_600_000;
const day = 24 * hour;
/** Milliseconds from a check's call to its event; an assumption, since AWS publishes no time. */
const echoAfter = 60_000;
const days = 30;
/** The number of keys that are disabled and enabled once in the month. */
const lockedOutKeys = 10;

export interface Month {
  readonly parts: readonly Part[];
  /** The sweeps if no key's events are forwarded. */
  readonly withoutEvents: Part;
}

export async function month(say: (line: string) => void): Promise<Month> {
  say('a day of sweeps, every account forwarding its events');
  const sweeps = await counted((world) => everyMinute(world, 'onSweep', day), proveAll);
  say('a day of sweeps, no account forwarding any');
  const bareSweeps = await counted((world) => everyMinute(world, 'onSweep', day), settle);
  say('a day of the fork watch: like maintenance and webhooks, it reads empty partitions');
  const watch = await counted((world) => everyMinute(world, 'onForkWatch', day));
  say(`the backups of a day, ${size.databases} databases`);
  const backups = await counted(backUpAll);
  say(`a lockout and a restore of ${lockedOutKeys} keys`);
  const lockouts = await counted(lockOutSome);
  const parts: Part[] = [
    { name: 'sweeps', counted: sweeps, times: days },
    { name: 'other schedules', counted: watch, times: 3 * days },
    { name: 'daily backups', counted: backups, times: days },
    { name: 'lockouts', counted: lockouts, times: 1 },
  ];
  return { parts, withoutEvents: { name: 'sweeps', counted: bareSweeps, times: days } };
}

type Play = (world: ScaledWorld) => Promise<void>;

/** The requests of `play`, which begins in the world that `prepare` leaves. */
async function counted(play: Play, prepare: Play = async () => undefined): Promise<ReadonlyMap<string, number>> {
  const world = scaledWorld({ raised: false, waitingPeriodSeconds: 600 });
  await seedWorld(world, size);
  await prepare(world);
  const before = countsOf(world);
  await play(world);
  if (world.breaches.length > 0) throw new Error(world.breaches.slice(0, 3).join('; '));
  return new Map([...countsOf(world)].map(([action, times]) => [action, times - (before.get(action) ?? 0)]));
}

function countsOf(world: ScaledWorld): ReadonlyMap<string, number> {
  const counts = new Map(world.meter.requests);
  const arns = world.started.map((execution) => {
    const [machine, name] = execution.split(':') as [string, string];
    return executionArn(`arn:aws:states:us-east-1:210987654321:stateMachine:${machine}`, name);
  });
  counts.set('StepFunctions transitions', historiesOf(world.workflows.engine, arns).transitions.length);
  const gigabyteSeconds = [...world.lambda.ran].map(
    ([name, { millis }]) => (millis / 1000) * (memoryOfFunction(name) / 1024),
  );
  counts.set(
    'Lambda GB-seconds',
    gigabyteSeconds.reduce((sum, each) => sum + each, 0),
  );
  return counts;
}

/** A key's first full check, within two hours, changes its row. Then the key is checked each minute for a while. */
const settle: Play = (world) => everyMinute(world, 'onSweep', 3 * hour);

/**
 * In the middle of a month: all that is to prove was proven before. A forwarded event costs its sender, and us what
 * hears it.
 */
async function proveAll(world: ScaledWorld): Promise<void> {
  const { kms, table, time, lambda, functions } = world;
  const provenAt = time.now().toISOString();
  const put = (Item: Row) => table.documents.send(new PutCommand({ TableName: 'simulated', Item }));
  for (const key of table.rows(`TEAM#${teamId}`).filter(({ sk }) => sk.startsWith('KEY#'))) {
    await put({ ...key, eventsProvenSince: provenAt });
    await put({ ...ownerRow(String(key.arn)), teamId, keyId: key.id, provenAt });
  }
  kms.onEcho((arn, requestID) => {
    const detail = { eventSource: 'kms.amazonaws.com', eventName: provingCall, requestID, resources: [{ ARN: arn }] };
    const event = {
      id: requestID,
      source: 'aws.kms',
      'detail-type': callDetailType,
      account: '111122223333',
      resources: [],
      detail,
    };
    const heard = () => functions.onKeyChanged({ ...event, time: time.now().toISOString() });
    time.at(time.millis() + echoAfter, () => void lambda.run('onKeyChanged', heard));
  });
  await settle(world);
}

async function everyMinute(
  { time, lambda, functions }: ScaledWorld,
  name: 'onSweep' | 'onForkWatch',
  forMs: number,
): Promise<void> {
  const until = time.millis() + forMs;
  while (time.millis() < until) {
    void lambda.run<unknown>(name, () => functions[name]({ time: time.now().toISOString() }));
    await time.runUntil(time.millis() + 60_000);
  }
}

/** Starts the daily run as the schedule does; the visits are a state machine. */
async function backUpAll({ time, workflows, table }: ScaledWorld): Promise<void> {
  const run = '2030-01-01T03-17-00Z';
  await Promise.all([
    workflows.startWorkflow({ machine: 'daily-backups', name: `daily-${run}`, input: { run } }),
    time.runUntil(time.millis() + day / 4),
  ]);
  const taken = table
    .rows('TEAM#')
    .filter(({ sk, status }) => sk.startsWith('BACKUP#') && status === 'available').length;
  if (taken !== size.databases) throw new Error(`${taken} of ${size.databases} databases were backed up.`);
}

async function lockOutSome(world: ScaledWorld): Promise<void> {
  for (let n = 1; n <= lockedOutKeys; n++) await lockedOut(world, arnOfKey(n));
}
