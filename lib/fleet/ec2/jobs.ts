/**
 * A job: a script that runs on a server's instance by Run Command. Whoever asks for it finds the run that is underway
 * or just ended, and only else sends a new one; so a job is asked for again until it is done, by any process. All
 * scripts may run twice.
 */

import type { Run } from '#lib/aws/cloud.ts';
import { AwsRefusal } from '#lib/aws/refusal.ts';
import type { FailureReason, Outcome, Proof } from '#lib/model/fleet.ts';
import { type CommandTag, commandOf, commandTag, type Lane } from './command-tag.ts';
import { type Driver, done, type Found, failed, pending } from './driver.ts';
import { outcomeOf } from './refusals.ts';

export interface Job {
  /**
   * Letters, digits, `-` and `_`; with what distinguishes it from others of its kind, such as the server it follows.
   */
  readonly name: string;
  readonly script: string;
  readonly withinSeconds: number;
  /** What each exit code means, beside 0. One that is not here is `unavailable`. */
  readonly codes: Readonly<Record<number, 'done' | 'pending' | FailureReason>>;
  /** A run that AWS cut off. */
  readonly cutOff: FailureReason;
  /** `command` unless set. */
  readonly lane?: Lane;
  /** Sent even while another job runs; the job's script ends that one. */
  readonly isUrgent?: boolean;
  /** Reads the proof of a successful run from its output. */
  readonly show?: (output: string) => Proof;
}

/** A result counts for ten minutes: what the server did later, nobody knows. */
const freshMs = 10 * 60_000;
/** Between a run that failed and the next, in milliseconds. */
const pauseMs = 20_000;
/** A command that Systems Manager lists no run of after a minute was lost. */
const appearsMs = 60_000;

/** What is known of a job now; `again`: a new run is due. */
export type JobState = { readonly outcome: Outcome; readonly again: boolean; readonly run: Run | null };

/** At most 50. `runs` are those that ended well, for what they printed. */
export async function runJob(
  driver: Driver,
  found: readonly Found[],
  job: Job,
): Promise<{ outcomes: Outcome[]; runs: Map<string, Run> }> {
  const seen = new Map<string, JobState>();
  const runsOf = cachedRunsOf(driver);
  for (const each of found) seen.set(each.serverId, await findState(driver, each, { job, runsOf }));
  const again = found.filter(({ serverId }) => seen.get(serverId)?.again);
  const sent = new Map((await send(driver, again, job)).map((outcome) => [outcome.serverId, outcome]));
  const runs = new Map(
    [...seen].flatMap(([id, { run, outcome }]) => (run && outcome.state === 'done' ? [[id, run] as const] : [])),
  );
  const outcomes = found.map(
    ({ serverId }) => currentOutcome(seen.get(serverId)?.outcome, sent.get(serverId)) ?? pending(serverId),
  );
  return { outcomes, runs };
}

/** Looks, and sends nothing. */
export const lastOutcome = (driver: Driver, found: Found, job: Job): Promise<JobState> =>
  findState(driver, found, { job, runsOf: cachedRunsOf(driver) });

/** A failure is told once it is there, though the next run is sent already. */
const currentOutcome = (seen: Outcome | undefined, sent: Outcome | undefined): Outcome | undefined =>
  seen?.state === 'failed' ? seen : (sent ?? seen);

/** A command of 50 instances is looked up once. */
function cachedRunsOf({ commands }: Driver): (commandId: string) => Promise<Run[]> {
  const runs = new Map<string, Promise<Run[]>>();
  return (commandId) => {
    const found = runs.get(commandId) ?? commands.runsOf(commandId);
    runs.set(commandId, found);
    return found;
  };
}

interface JobContext {
  readonly job: Job;
  readonly runsOf: (commandId: string) => Promise<Run[]>;
}

async function findState(
  driver: Driver,
  { serverId, instance }: Found,
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

/** One command at a time: another job's is waited for, since it may undo this one's, unless this one ends it. */
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

/** The script's own last word; Systems Manager puts what it says itself after a line of dashes. */
const lastLine = (output: string): string => wordsOf(output).split('\n').at(-1)?.slice(0, 300) ?? '';
export const wordsOf = (output: string): string => output.split('----------ERROR-------')[0]?.trim() ?? '';

/** How long a boot takes, with the agent's start, at most as a rule. */
const bootMs = 60_000;
const boots = ({ now }: Driver, found: readonly Found[]): boolean =>
  found.some(({ instance }) => now().getTime() - instance.launchedAt.getTime() < bootMs);

/**
 * An instance whose agent is not there makes Systems Manager refuse the command for all. While some of them boot, all
 * are asked again later; else halves are tried.
 */
async function send(driver: Driver, found: readonly Found[], job: Job): Promise<Outcome[]> {
  if (found.length === 0) return [];
  const instanceIds = found.map(({ instance }) => instance.instanceId);
  try {
    const { name, script, withinSeconds, lane = 'command' } = job;
    const commandId = await driver.commands.send({
      instanceIds,
      comment: `latchkey ${name}`.slice(0, 100),
      script,
      withinSeconds,
    });
    await driver.machines.tag(instanceIds, commandTag(lane, { job: name, commandId, orderedAt: driver.now() }));
    return found.map(({ serverId }) => pending(serverId));
  } catch (error) {
    const isOfOne = error instanceof AwsRefusal && error.code === 'InvalidInstanceId';
    if (!isOfOne || found.length === 1 || boots(driver, found))
      return found.map(({ serverId }) => outcomeOf(serverId, error));
    const half = Math.ceil(found.length / 2);
    return [...(await send(driver, found.slice(0, half), job)), ...(await send(driver, found.slice(half), job))];
  }
}
