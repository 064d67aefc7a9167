/** Runs a read-only script on all instances at once, and waits a few seconds for the output. */

import type { Instance } from '#lib/aws/cloud.ts';
import { AwsRefusal } from '#lib/aws/refusal.ts';
import type { Driver } from './driver.ts';

const attempts = 8;
const pauseMs = 700;

/** Fields of a service's `INFO`; empty while the service does not respond. */
export type InfoFields = Readonly<Record<string, string>>;

export interface InfoRequest {
  readonly comment: string;
  readonly script: string;
}

/** The fields by instance; omits instances whose agent does not respond in time. Throws `AwsRefusal`. */
export async function collectOutputs(
  driver: Driver,
  instances: readonly Instance[],
  request: InfoRequest,
): Promise<Map<string, InfoFields>> {
  const instanceIds = [
    ...new Set(instances.filter(({ state }) => state === 'running').map(({ instanceId }) => instanceId)),
  ];
  const fields = new Map<string, InfoFields>();
  const commandIds = await sendRequest(driver, instanceIds, request);
  for (let attempt = 0; attempt < attempts && commandIds.length > 0 && fields.size < instanceIds.length; attempt += 1) {
    await driver.sleep(pauseMs);
    const runs = (await Promise.all(commandIds.map((id) => driver.commands.runsOf(id)))).flat();
    for (const { instanceId, state, output } of runs) if (state === 'ended') fields.set(instanceId, fieldsIn(output));
  }
  return fields;
}

/**
 * Source: Systems Manager's API reference, SendCommand, `InstanceIds`. Fifty followers and their leaders are a hundred
 * instances.
 */
const mostInstances = 50;

/** Systems Manager rejects a command for all instances if one has no connected agent; then each half is tried. */
async function sendRequest(driver: Driver, instanceIds: readonly string[], request: InfoRequest): Promise<string[]> {
  if (instanceIds.length === 0) return [];
  if (instanceIds.length > mostInstances) return inHalves(driver, instanceIds, request);
  try {
    return [await driver.commands.send({ instanceIds, ...request, withinSeconds: 10 })];
  } catch (error) {
    if (!(error instanceof AwsRefusal) || error.code !== 'InvalidInstanceId') throw error;
    return instanceIds.length === 1 ? [] : inHalves(driver, instanceIds, request);
  }
}

async function inHalves(driver: Driver, instanceIds: readonly string[], request: InfoRequest): Promise<string[]> {
  const half = Math.ceil(instanceIds.length / 2);
  return [
    ...(await sendRequest(driver, instanceIds.slice(0, half), request)),
    ...(await sendRequest(driver, instanceIds.slice(half), request)),
  ];
}

function fieldsIn(output: string): InfoFields {
  const pairs = output.split('\n').map((line) => /^([a-z_]+):(.*)$/.exec(line.trim()));
  return Object.fromEntries(pairs.flatMap((pair) => (pair?.[1] ? [[pair[1], pair[2] ?? '']] : [])));
}
