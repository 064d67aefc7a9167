/**
 * A job: a script that runs on a server's instance by Run Command. A request finds the run that is in progress or
 * ended recently, and sends a command only if there is none; so any process can repeat a request until the job is done.
 * All scripts are idempotent.
 */

import type { Run } from '#lib/aws/cloud.ts';
import { AwsRefusal } from '#lib/aws/refusal.ts';
import type { FailureReason, Outcome, Proof } from '#lib/model/fleet.ts';
import { type CommandTag, commandOf, commandTag, type Lane } from './command-tag.ts';
import { type Driver, done, failed, instanceIdsOf, pending, type ServerInstance } from './driver.ts';
import { outcomeOf } from './refusals.ts';

export interface Job {
  /**
   * Letters, digits, `-` and `_`; includes the job's parameters, such as the server to follow.
   */
  readonly name: string;
  readonly script: string;
  readonly withinSeconds: number;
  /** The meaning of each exit code other than 0; `unavailable` unless set. */
  readonly codes: Readonly<Record<number, 'done' | 'pending' | FailureReason>>;
  /** The reason of a failure by timeout. */
  readonly cutOff: FailureReason;
  /** `command` unless set. */
  readonly lane?: Lane;
  /** Sent even while another job runs, which the script terminates. */
  readonly isUrgent?: boolean;
  /** Reads the proof of a successful run from its output. */
  readonly show?: (output: string) => Proof;
}

/** A result expires after ten minutes, since the server may have changed. */
const freshMs = 10 * 60_000;
/** Milliseconds between a failed run and the next. */
const pauseMs = 20_000;
/** A command without a run after a minute is lost. */
const appearsMs = 60_000;

/** The state of a job; `again` if a new run is due. */
export type JobState = { readonly outcome: Outcome; readonly again: boolean; readonly run: Run | null };

/** For at most 50 servers. `runs` has the successful runs by server, for their output. */
export async function runJob(
  driver: Driver,
  servers: readonly ServerInstance[],
  job: Job,
): Promise<{ outcomes: Outcome[]; runs: Map<string, Run> }> {
  const states = new Map<string, JobState>();
  const runsOf = cachedRunsOf(driver);
  for (const each of servers) states.set(each.serverId, await findState(driver, each, { job, runsOf }));
  const again = servers.filter(({ serverId }) => states.get(serverId)?.again);
  const sent = new Map((await send(driver, again, job)).map((outcome) => [outcome.serverId, outcome]));
  const runs = new Map(
    [...states].flatMap(([id, { run, outcome }]) => (run && outcome.state === 'done' ? [[id, run] as const] : [])),
  );
  const outcomes = servers.map(
    ({ serverId }) => currentOutcome(states.get(serverId)?.outcome, sent.get(serverId)) ?? pending(serverId),
  );
  return { outcomes, runs };
}

/** The state of a job, without a new run. */
export const lastOutcome = (driver: Driver, server: ServerInstance, job: Job): Promise<JobState> =>
  findState(driver, server, { job, runsOf: cachedRunsOf(driver) });

/** Reports a failure at once, even though the next run is already sent. */
const currentOutcome = (known: Outcome | undefined, sent: Outcome | undefined): Outcome | undefined =>
  known?.state === 'failed' ? known : (sent ?? known);

/** Reads the runs of a command, which has up to 50 instances, once. */
function cachedRunsOf({ commands }: Driver): (commandId: string) => Promise<Run[]> {
  const runs = new Map<string, Promise<Run[]>>();
  return (commandId) => {
    const read = runs.get(commandId) ?? commands.runsOf(commandId);
    runs.set(commandId, read);
    return read;
  };
}

interface JobContext {
  readonly job: Job;
  readonly runsOf: (commandId: string) => Promise<Run[]>;
}

async function findState(
  driver: Driver,
  { serverId, instance }: ServerInstance,
  { job, runsOf }: JobContext,
): Promise<JobState> {
  const command = commandOf(instance, job.lane ?? 'command');
  if (!command) return { outcome: pending(serverId), again: true, run: null };
  try {
    const run = (await runsOf(command.commandId)).find(({ instanceId }) => instanceId === instance.instanceId) ?? null;
    return evaluateRun(serverId, { job, command, run, at: driver.now() });
  } catch (error) {
    return { outcome: outcomeOf(serverId, error), again: false, run: null };
  }
}

interface RunContext {
  readonly job: Job;
  readonly command: CommandTag;
  readonly run: Run | null;
  readonly at: Date;
}

/** One command at a time: waits for another job, since the two may conflict, unless this job is urgent. */
function evaluateRun(serverId: string, { job, command, run, at }: RunContext): JobState {
  const since = (date: Date) => at.getTime() - date.getTime();
  if (job.isUrgent && command.job !== job.name) return { outcome: pending(serverId), again: true, run: null };
  if (!run) return { outcome: pending(serverId), again: since(command.orderedAt) > appearsMs, run };
  if (run.state === 'underway' || !run.endedAt) return { outcome: pending(serverId), again: false, run };
  const age = since(run.endedAt);
  if (command.job !== job.name || age > freshMs || run.state === 'undelivered')
    return { outcome: pending(serverId), again: true, run };
  const outcome = resultOf(serverId, run, job);
  return { outcome, again: outcome.state === 'pending' || (outcome.state === 'failed' && age > pauseMs), run };
}

function resultOf(serverId: string, run: Run, { codes, cutOff, show }: Job): Outcome {
  if (run.state === 'cut_off') return failed(serverId, cutOff, 'The command took too long and was ended.');
  if (run.exitCode === 0) return withProof(serverId, show?.(run.output) ?? {});
  const meaning = codes[run.exitCode ?? -1] ?? 'unavailable';
  if (meaning === 'done') return done(serverId);
  if (meaning === 'pending') return pending(serverId);
  return failed(serverId, meaning, lastLine(run.output) || `The command ended with ${run.exitCode}.`);
}

const withProof = (serverId: string, proof: Proof): Outcome =>
  Object.keys(proof).length > 0 ? { serverId, state: 'done', proof } : done(serverId);

/** The last line of the script's output. Systems Manager appends its own messages after a line of dashes. */
const lastLine = (output: string): string => outputOf(output).split('\n').at(-1)?.slice(0, 300) ?? '';
export const outputOf = (output: string): string => output.split('----------ERROR-------')[0]?.trim() ?? '';

/** The usual maximum of a boot, including the agent's start. */
const bootMs = 60_000;
const boots = ({ now }: Driver, servers: readonly ServerInstance[]): boolean =>
  servers.some(({ instance }) => now().getTime() - instance.launchedAt.getTime() < bootMs);

/**
 * Systems Manager rejects a command for all instances if one has no connected agent. While an instance boots, all are
 * pending; otherwise each half is tried.
 */
async function send(driver: Driver, servers: readonly ServerInstance[], job: Job): Promise<Outcome[]> {
  if (servers.length === 0) return [];
  const instanceIds = instanceIdsOf(servers);
  try {
    const { name, script, withinSeconds, lane = 'command' } = job;
    const commandId = await driver.commands.send({
      instanceIds,
      comment: `latchkey ${name}`.slice(0, 100),
      script,
      withinSeconds,
    });
    await driver.machines.tag(instanceIds, commandTag(lane, { job: name, commandId, orderedAt: driver.now() }));
    return servers.map(({ serverId }) => pending(serverId));
  } catch (error) {
    const isOfOne = error instanceof AwsRefusal && error.code === 'InvalidInstanceId';
    if (!isOfOne || servers.length === 1 || boots(driver, servers))
      return servers.map(({ serverId }) => outcomeOf(serverId, error));
    const half = Math.ceil(servers.length / 2);
    return [...(await send(driver, servers.slice(0, half), job)), ...(await send(driver, servers.slice(half), job))];
  }
}
