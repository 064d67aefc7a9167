/**
 * The shape of a verb: look at each server's instance, answer what is answered by that, and act on the rest together.
 */
import { chunks } from '#lib/model/chunks.ts';
import type { Outcome } from '#lib/model/fleet.ts';
import { batchSize, type Driver, type Found, failed, instancesOf } from './driver.ts';
import { outcomeOf } from './refusals.ts';

export interface InstanceDecision {
  /** For a server without an instance; `not_found` unless set. */
  readonly missing?: (serverId: string) => Outcome | Promise<Outcome>;
  /** Null: it is to be acted on. */
  readonly seen: (found: Found) => Outcome | null | Promise<Outcome | null>;
  /** At most 50 at a time. */
  readonly act: (found: readonly Found[]) => Promise<Outcome[]>;
  /** Until it looks again, in milliseconds; 4 s unless set. EC2 takes 20 looks a second. */
  readonly pauseMs?: number;
}

const notFound = (serverId: string) => failed(serverId, 'not_found', 'There is no instance of this server.');

/** How long a verb looks again by itself, before it outcomes `pending` and its caller comes again, in milliseconds. */
const patienceMs = 20_000;

/** Answers in the order of the ids. May run twice. */
export async function actOnInstances(
  driver: Driver,
  serverIds: readonly string[],
  look: InstanceDecision,
): Promise<Outcome[]> {
  const { pauseMs = 4000 } = look;
  const until = driver.now().getTime() + patienceMs;
  const outcomes = new Map<string, Outcome>();
  for (;;) {
    const open = serverIds.filter((id) => (outcomes.get(id)?.state ?? 'pending') === 'pending');
    for (const outcome of await observeAndAct(driver, open, look)) outcomes.set(outcome.serverId, outcome);
    const isOpen = [...outcomes.values()].some(({ state }) => state === 'pending');
    if (!isOpen || driver.now().getTime() + pauseMs > until) break;
    await driver.sleep(pauseMs);
  }
  return serverIds.flatMap((id) => outcomes.get(id) ?? []);
}

async function observeAndAct(driver: Driver, serverIds: readonly string[], look: InstanceDecision): Promise<Outcome[]> {
  try {
    const instances = await instancesOf(driver, serverIds);
    const seen = await Promise.all(serverIds.map((id) => decide(id, instances, look)));
    const open = seen.flatMap((each) => ('instance' in each ? [each] : []));
    const acts = await Promise.all(chunks(open, batchSize).map(look.act));
    return [...seen.flatMap((each) => ('instance' in each ? [] : [each])), ...acts.flat()];
  } catch (error) {
    return serverIds.map((id) => outcomeOf(id, error));
  }
}

async function decide(
  serverId: string,
  instances: Awaited<ReturnType<typeof instancesOf>>,
  look: InstanceDecision,
): Promise<Outcome | Found> {
  const instance = instances.get(serverId)?.[0];
  if (!instance) return (look.missing ?? notFound)(serverId);
  const found = { serverId, instance };
  try {
    return (await look.seen(found)) ?? found;
  } catch (error) {
    return outcomeOf(serverId, error);
  }
}
