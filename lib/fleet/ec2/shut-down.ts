/**
 * Servers shut themselves down, fifty per Run Command. StopInstances, which EC2 limits to 20 instances a second, is for
 * servers that the command does not reach, or that still run later. `lib/aws/ec2.ts` launches instances such that a
 * shutdown stops and does not terminate them (EC2 user guide, "Change instance initiated shutdown behavior"). A
 * shutdown does not need KMS: the data key of an attached volume is in the hypervisor's memory.
 */
import { AwsRefusal } from '#lib/aws/refusal.ts';
import type { Outcome } from '#lib/model/fleet.ts';
import { type Driver, instanceIdsOf, pending, type ServerInstance, type StopDriver, tagNames } from './driver.ts';
import { forAll } from './refusals.ts';
import { shutDownScript } from './scripts/shut-down.ts';

/** Milliseconds before StopInstances; most systems shut down in half that time. */
const graceMs = 60_000;
/** Two minutes after which no agent accepts the command (`lib/aws/ssm.ts`), and one for the shutdown. */
const overMs = 180_000;

/** Milliseconds since the request; null if there was none since the last boot. */
function msSinceRequest({ now }: Driver, { instance }: ServerInstance): number | null {
  const requestedAt = new Date(instance.tags[tagNames.shutDown] ?? 0);
  return requestedAt > instance.launchedAt ? now().getTime() - requestedAt.getTime() : null;
}

/** Whether a running server may shut down by an earlier request. */
export const mayShutDown = (driver: Driver, server: ServerInstance): boolean =>
  (msSinceRequest(driver, server) ?? overMs) < overMs;

function stageOf(driver: Driver, server: ServerInstance): 'fresh' | 'requested' | 'late' {
  const since = msSinceRequest(driver, server);
  if (since === null) return 'fresh';
  return since < graceMs ? 'requested' : 'late';
}

/** For at most 50 running servers whose services are stopped. */
export async function shutDown(driver: StopDriver, servers: readonly ServerInstance[]): Promise<Outcome[]> {
  const { fresh = [], requested = [], late = [] } = Object.groupBy(servers, (each) => stageOf(driver, each));
  return [
    ...requested.map(({ serverId }) => pending(serverId)),
    ...(await forAll(fresh, (batch) => requestShutDown(driver, batch))),
    ...(await forAll(late, (batch) => driver.machines.stop(instanceIdsOf(batch)))),
  ];
}

/**
 * Tagged before a command is sent, so that a server that may shut down is never considered running. If Systems Manager
 * rejects the command, EC2 stops the servers; one instance without an agent makes it reject all, so halves are tried
 * first.
 */
async function requestShutDown(
  { commands, machines, now }: StopDriver,
  servers: readonly ServerInstance[],
): Promise<void> {
  const instanceIds = instanceIdsOf(servers);
  const at = now();
  await machines.tag(instanceIds, { [tagNames.shutDown]: at.toISOString() });
  try {
    await commands.send({ instanceIds, comment: 'latchkey shut-down', script: shutDownScript(at), withinSeconds: 60 });
  } catch (error) {
    if (!(error instanceof AwsRefusal) || (error.code === 'InvalidInstanceId' && servers.length > 1)) throw error;
    await machines.stop(instanceIds);
  }
}
