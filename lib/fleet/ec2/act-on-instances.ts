/**
 * The common form of operations: observe each server's instance, decide the outcome, and act on the undecided servers
 * together.
 */
import { chunks } from '#lib/model/chunks.ts';
import type { Outcome } from '#lib/model/fleet.ts';
import { batchSize, type Driver, failed, instancesOf, type ServerInstance } from './driver.ts';
import { outcomeOf } from './refusals.ts';

export interface InstanceDecision {
  /** For a server without an instance; `not_found` unless set. */
  readonly missing?: (serverId: string) => Outcome | Promise<Outcome>;
  /** The outcome of an observed server; null to act on it. */
  readonly decide: (server: ServerInstance) => Outcome | null | Promise<Outcome | null>;
  /** At most 50 at a time. */
  readonly act: (servers: readonly ServerInstance[]) => Promise<Outcome[]>;
  /** Milliseconds between two observations; 4,000 unless set. EC2 allows 20 DescribeInstances a second. */
  readonly pauseMs?: number;
}

const notFound = (serverId: string) => failed(serverId, 'not_found', 'There is no instance of this server.');

/** The time for which an operation polls, before it returns `pending` and its caller repeats it, in milliseconds. */
const pollingMs = 20_000;

/** Returns outcomes in the order of the ids. Idempotent. */
export async function actOnInstances(
  driver: Driver,
  serverIds: readonly string[],
  decision: InstanceDecision,
): Promise<Outcome[]> {
  const { pauseMs = 4000 } = decision;
  const until = driver.now().getTime() + pollingMs;
  const outcomes = new Map<string, Outcome>();
  for (;;) {
    const open = serverIds.filter((id) => (outcomes.get(id)?.state ?? 'pending') === 'pending');
    for (const outcome of await observeAndAct(driver, open, decision)) outcomes.set(outcome.serverId, outcome);
    const isOpen = [...outcomes.values()].some(({ state }) => state === 'pending');
    if (!isOpen || driver.now().getTime() + pauseMs > until) break;
    await driver.sleep(pauseMs);
  }
  return serverIds.flatMap((id) => outcomes.get(id) ?? []);
}

async function observeAndAct(
  driver: Driver,
  serverIds: readonly string[],
  decision: InstanceDecision,
): Promise<Outcome[]> {
  try {
    const instances = await instancesOf(driver, serverIds);
    const decided = await Promise.all(serverIds.map((id) => decideFor(id, instances, decision)));
    const undecided = decided.flatMap((each) => ('instance' in each ? [each] : []));
    const acted = await Promise.all(chunks(undecided, batchSize).map(decision.act));
    return [...decided.flatMap((each) => ('instance' in each ? [] : [each])), ...acted.flat()];
  } catch (error) {
    return serverIds.map((id) => outcomeOf(id, error));
  }
}

async function decideFor(
  serverId: string,
  instances: Awaited<ReturnType<typeof instancesOf>>,
  decision: InstanceDecision,
): Promise<Outcome | ServerInstance> {
  const instance = instances.get(serverId)?.[0];
  if (!instance) return (decision.missing ?? notFound)(serverId);
  const server = { serverId, instance };
  try {
    return (await decision.decide(server)) ?? server;
  } catch (error) {
    return outcomeOf(serverId, error);
  }
}
