/** Launches servers: an instance in the space's network, with volumes encrypted under the database's key. */

import { createHash } from 'node:crypto';
import type { Instance, LaunchRequest } from '#lib/aws/cloud.ts';
import { AwsRefusal } from '#lib/aws/refusal.ts';
import { chunks } from '#lib/model/chunks.ts';
import type { Outcome, ServerSpec } from '#lib/model/fleet.ts';
import { done, failed, instancesOf, isGone, type LaunchDriver, pending, tagNames } from './driver.ts';
import { dataGiB, instanceTypeFor } from './instance-types.ts';
import { outcomeOf } from './refusals.ts';
import { setUpScript } from './scripts/set-up.ts';
import { startInstances } from './servers.ts';
import { keyFailure, refusedByPolicy, volumeRefusal } from './start-failure.ts';
import { InvalidSettings } from './valid-settings.ts';

/** The maximum of launches of a server whose instances are terminated at launch. */
const mostLaunches = 6;
/**
 * Concurrent RunInstances calls; EC2 refills 2 a second and allows bursts of 5 (EC2 API reference, "Request
 * throttling").
 */
const atOnce = 5;

export async function launch(driver: LaunchDriver, specs: readonly ServerSpec[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const chunk of chunks(specs, atOnce)) {
    const instances = await instancesOf(
      driver,
      chunk.map(({ serverId }) => serverId),
    ).catch((error: unknown) => error);
    const launched = chunk.map((spec) =>
      instances instanceof Map
        ? launchOne(driver, spec, instances.get(spec.serverId) ?? [])
        : outcomeOf(spec.serverId, instances),
    );
    outcomes.push(...(await Promise.all(launched)));
  }
  return outcomes;
}

async function launchOne(driver: LaunchDriver, spec: ServerSpec, instances: readonly Instance[]): Promise<Outcome> {
  const { serverId } = spec;
  const [instance] = instances;
  try {
    if (instance?.state === 'running') return done(serverId);
    const server = instance && { serverId, instance };
    const failure = server && ((await keyFailure(driver, server)) ?? volumeRefusal(driver, server, instances));
    if (failure) return failure;
    if (instance?.state === 'stopped')
      return (await startInstances(driver, [{ serverId, instance }]))[0] ?? pending(serverId);
    if (instance && !isGone(instance)) return pending(serverId);
    return await run(driver, spec, instances.length);
  } catch (error) {
    return refused(driver, spec, error);
  }
}

/**
 * A client token stays bound to a terminated instance, even when EC2 no longer lists it, so that each launch has a new
 * token.
 */
async function run(driver: LaunchDriver, spec: ServerSpec, launchesBefore: number): Promise<Outcome> {
  const request = await requestFor(driver, spec);
  if ('state' in request) return request;
  for (let count = launchesBefore; count < mostLaunches; count += 1) {
    try {
      await driver.machines.run({ ...request, token: `${spec.serverId}-${count}` });
      return pending(spec.serverId);
    } catch (error) {
      if (!(error instanceof AwsRefusal) || error.code !== 'IdempotentInstanceTerminated') throw error;
    }
  }
  return failed(spec.serverId, 'start_failed', `EC2 terminated its instance at each of ${mostLaunches} launches.`);
}

type Failure = Extract<Outcome, { state: 'failed' }>;

async function requestFor(
  { settings, places }: LaunchDriver,
  spec: ServerSpec,
): Promise<Omit<LaunchRequest, 'token'> | Failure> {
  const { serverId, spaceId, plan = '', teamId, databaseId, keyArn, memoryMb } = spec;
  const place = spaceId ?? 'default';
  const network = await places.networkOf(place);
  const subnetId = network?.subnets[hash(serverId) % network.subnets.length];
  if (!network || !subnetId)
    return failed(serverId, 'start_failed', `The deployment names no network for ${place}: ${fix}`);
  const instanceType = await instanceTypeFor(plan, places);
  if (!instanceType)
    return failed(serverId, 'start_failed', `The deployment names no instance type for the plan ${plan}: ${fix}`);
  return {
    image: settings.image,
    instanceType,
    subnetId,
    securityGroupIds: network.securityGroups,
    instanceProfile: settings.instanceProfile,
    keyArn,
    dataGiB: dataGiB(memoryMb),
    userData: setUpScript(spec),
    tags: {
      Name: `latchkey ${databaseId}`,
      [tagNames.server]: serverId,
      [tagNames.team]: teamId,
      [tagNames.database]: databaseId,
      [tagNames.key]: keyArn,
      [tagNames.service]: 'stopped',
    },
  };
}

const fix = "its operator adds it to the stage's file and runs `make placements`.";

const hash = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0);

/** Failures that a retry does not fix: the key's policy, or the deployment's settings, limits or rights. */
function refused(driver: LaunchDriver, { serverId, keyArn, teamId }: ServerSpec, error: unknown): Outcome {
  if (error instanceof InvalidSettings) return failed(serverId, 'start_failed', error.message);
  if (!(error instanceof AwsRefusal) || error.passes) return outcomeOf(serverId, error);
  if (/KMS/i.test(error.code)) return refusedByPolicy(driver, serverId, { keyArn, teamId, reason: error.code });
  return failed(serverId, 'start_failed', `EC2 refused the launch: ${error.code}.`);
}
