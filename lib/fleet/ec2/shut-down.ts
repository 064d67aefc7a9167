/**
 * Servers stop by shutting themselves down: Run Command asks fifty at a time, and EC2's bucket for StopInstances, which
 * gets back 20 instances a second, is left to those that it does not reach, or that still run a while later. An
 * instance of ours that shuts down is stopped, and not terminated, since `lib/aws/ec2.ts` launches it so (EC2 user
 * guide, "Change instance initiated shutdown behavior"). Shutting down needs no KMS: an attached volume's data key is
 * in the hypervisor's memory.
 */
import { AwsRefusal } from '#lib/aws/refusal.ts';
import type { Outcome } from '#lib/model/fleet.ts';
import { type Driver, type Found, pending, type StopDriver, tagNames } from './driver.ts';
import { forAll } from './refusals.ts';
import { shutDownScript } from './scripts/shut-down.ts';

/** So long EC2 is not asked, in milliseconds: most systems are down in half of it. */
const graceMs = 60_000;
/** Two minutes until no agent takes the command any more (`lib/aws/ssm.ts`), and one to go down. */
const overMs = 180_000;

/** Milliseconds since it was asked; null where it was not, since it booted. */
function msSinceRequest({ now }: Driver, { instance }: Found): number | null {
  const requestedAt = new Date(instance.tags[tagNames.shutDown] ?? 0);
  return requestedAt > instance.launchedAt ? now().getTime() - requestedAt.getTime() : null;
}

/** A server that runs, but may go down without being asked again. */
export const mayGoDown = (driver: Driver, found: Found): boolean => (msSinceRequest(driver, found) ?? overMs) < overMs;

function stageOf(driver: Driver, found: Found): 'fresh' | 'requested' | 'late' {
  const since = msSinceRequest(driver, found);
  if (since === null) return 'fresh';
  return since < graceMs ? 'requested' : 'late';
}

const idsOf = (found: readonly Found[]): string[] => found.map(({ instance }) => instance.instanceId);

/** At most 50 that run, each without its service. */
export async function shutDown(driver: StopDriver, found: readonly Found[]): Promise<Outcome[]> {
  const { fresh = [], requested = [], late = [] } = Object.groupBy(found, (each) => stageOf(driver, each));
  return [
    ...requested.map(({ serverId }) => pending(serverId)),
    ...(await forAll(fresh, (batch) => requestShutDown(driver, batch))),
    ...(await forAll(late, (batch) => driver.machines.stop(idsOf(batch)))),
  ];
}

/**
 * Noted before anything is sent: a server that may go down is never taken for one that stays. What Systems Manager
 * refuses, EC2 does; an instance without an agent makes it refuse all of them, so halves are tried first.
 */
async function requestShutDown({ commands, machines, now }: StopDriver, found: readonly Found[]): Promise<void> {
  const instanceIds = idsOf(found);
  const at = now();
  await machines.tag(instanceIds, { [tagNames.shutDown]: at.toISOString() });
  try {
    await commands.send({ instanceIds, comment: 'latchkey shut-down', script: shutDownScript(at), withinSeconds: 60 });
  } catch (error) {
    if (!(error instanceof AwsRefusal) || (error.code === 'InvalidInstanceId' && found.length > 1)) throw error;
    await machines.stop(instanceIds);
  }
}
