/** Digests of data sets on EC2: one job per server, which prints the digest. */

import type { DigestRequest, DigestResult } from '#lib/model/fleet.ts';
import { actOnInstances } from './act-on-instances.ts';
import type { Driver } from './driver.ts';
import { smallJob } from './follow.ts';
import { outputOf, runJob } from './jobs.ts';
import { unlessRunning } from './promote.ts';
import { digestScript } from './scripts/digest.ts';

/** A hundred million keys take an hour. */
const withinSeconds = 3600;

export const digest = (driver: Driver, requests: readonly DigestRequest[]): Promise<DigestResult[]> =>
  Promise.all(requests.map((request) => digestOne(driver, request)));

async function digestOne(driver: Driver, { serverId, label, expiresAfter }: DigestRequest): Promise<DigestResult> {
  const job = { ...smallJob(`digest-${label}`, digestScript(expiresAfter)), withinSeconds };
  let output = '';
  const [outcome] = await actOnInstances(driver, [serverId], {
    decide: unlessRunning,
    act: async (servers) => {
      const { outcomes, runs } = await runJob(driver, servers, job);
      output = outputOf(runs.get(serverId)?.output ?? '');
      return outcomes;
    },
  });
  if (outcome?.state === 'failed') return outcome;
  const [keys, expiring, value] = output.split('\n').at(-1)?.split(' ') ?? [];
  if (outcome?.state !== 'done' || !value) return { serverId, state: 'pending' };
  return { serverId, state: 'done', keys: Number(keys), expiring: Number(expiring), digest: value };
}
