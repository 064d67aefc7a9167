/** Asking services a question that changes nothing: sent at once, and waited for a few seconds. */

import type { Instance } from '#lib/aws/cloud.ts';
import { AwsRefusal } from '#lib/aws/refusal.ts';
import type { Driver } from './driver.ts';

const attempts = 8;
const pauseMs = 700;

/** What a service says, by the names of `INFO`; empty while it says nothing. */
export type InfoFields = Readonly<Record<string, string>>;

export interface InfoRequest {
  readonly comment: string;
  readonly script: string;
}

/** By instance; those whose agent does not answer in time are not in it. Throws `AwsRefusal`. */
export async function collectOutputs(
  driver: Driver,
  instances: readonly Instance[],
  question: InfoRequest,
): Promise<Map<string, InfoFields>> {
  const instanceIds = [
    ...new Set(instances.filter(({ state }) => state === 'running').map(({ instanceId }) => instanceId)),
  ];
  const words = new Map<string, InfoFields>();
  const commandIds = await sendRequest(driver, instanceIds, question);
  for (let look = 0; look < attempts && commandIds.length > 0 && words.size < instanceIds.length; look += 1) {
    await driver.sleep(pauseMs);
    const runs = (await Promise.all(commandIds.map((id) => driver.commands.runsOf(id)))).flat();
    for (const { instanceId, state, output } of runs) if (state === 'ended') words.set(instanceId, fieldsIn(output));
  }
  return words;
}

/**
 * Source: Systems Manager's API reference, SendCommand, `InstanceIds`. Fifty followers and their leaders are a hundred
 * instances.
 */
const mostInstances = 50;

/** One instance without an agent makes Systems Manager refuse the question for all: halves are asked then. */
async function sendRequest(driver: Driver, instanceIds: readonly string[], question: InfoRequest): Promise<string[]> {
  if (instanceIds.length === 0) return [];
  if (instanceIds.length > mostInstances) return inHalves(driver, instanceIds, question);
  try {
    return [await driver.commands.send({ instanceIds, ...question, withinSeconds: 10 })];
  } catch (error) {
    if (!(error instanceof AwsRefusal) || error.code !== 'InvalidInstanceId') throw error;
    return instanceIds.length === 1 ? [] : inHalves(driver, instanceIds, question);
  }
}

async function inHalves(driver: Driver, instanceIds: readonly string[], question: InfoRequest): Promise<string[]> {
  const half = Math.ceil(instanceIds.length / 2);
  return [
    ...(await sendRequest(driver, instanceIds.slice(0, half), question)),
    ...(await sendRequest(driver, instanceIds.slice(half), question)),
  ];
}

function fieldsIn(output: string): InfoFields {
  const pairs = output.split('\n').map((line) => /^([a-z_]+):(.*)$/.exec(line.trim()));
  return Object.fromEntries(pairs.flatMap((pair) => (pair?.[1] ? [[pair[1], pair[2] ?? '']] : [])));
}
