/** Configures, measures and restarts services. */

import { createHash } from 'node:crypto';
import { AwsRefusal } from '#lib/aws/refusal.ts';
import { chunks } from '#lib/model/chunks.ts';
import type { Measurement, Outcome, Proof, ServiceSettings } from '#lib/model/fleet.ts';
import { collectOutputs, type InfoFields } from './command-output.ts';
import { batchSize, type Driver, failed, instancesOf, pending } from './driver.ts';
import { smallJob } from './follow.ts';
import { runOnAll } from './promote.ts';
import { codes } from './scripts/prelude.ts';
import { configureScript, infoScript, resetScript, restartScript } from './scripts/settings.ts';
import { versionsIn } from './scripts/upgrade.ts';
import { InvalidSettings } from './valid-settings.ts';

export async function configure(driver: Driver, serverId: string, settings: ServiceSettings): Promise<Outcome> {
  try {
    const script = configureScript(settings);
    const name = `configure-${createHash('sha256').update(script).digest('hex').slice(0, 12)}`;
    return (await runOnAll(driver, [serverId], smallJob(name, script)))[0] ?? pending(serverId);
  } catch (error) {
    if (error instanceof InvalidSettings) return failed(serverId, 'start_failed', error.message);
    throw error;
  }
}

export const resetStatistics = (driver: Driver, serverIds: readonly string[]): Promise<Outcome[]> =>
  runOnAll(driver, serverIds, smallJob('reset-statistics', resetScript));

/** Enough for a stop, an upgrade and a load. */
const restartSeconds = 3400;

export const restartServices = (driver: Driver, serverIds: readonly string[]): Promise<Outcome[]> => {
  const job = smallJob('restart-services', restartScript(driver.settings.osRelease));
  const failures = {
    [codes.saveFailed]: 'save_failed',
    [codes.stopFailed]: 'save_failed',
    [codes.upgradeFailed]: 'start_failed',
  } as const;
  return runOnAll(driver, serverIds, {
    ...job,
    withinSeconds: restartSeconds,
    codes: { ...job.codes, ...failures },
    show: (output) => asProof(versionsIn(output)),
  });
};

const asProof = (versions: Proof['versions'] | null): Proof => (versions ? { versions } : {});

const request = {
  comment: 'latchkey measure',
  script: infoScript(
    ['server', 'memory', 'clients'],
    ['redis_version', 'valkey_version', 'used_memory', 'connected_clients'],
  ),
};

export async function measure(driver: Driver, serverIds: readonly string[]): Promise<Measurement[]> {
  const fields = new Map<string, InfoFields>();
  try {
    const instances = await instancesOf(driver, serverIds);
    for (const chunk of chunks(serverIds, batchSize)) {
      const own = chunk.flatMap((id) => instances.get(id)?.[0] ?? []);
      const outputs = await collectOutputs(driver, own, request);
      for (const id of chunk) fields.set(id, outputs.get(instances.get(id)?.[0]?.instanceId ?? '') ?? {});
    }
  } catch (error) {
    if (!(error instanceof AwsRefusal)) throw error;
  }
  return serverIds.map((serverId) => measurement(serverId, fields.get(serverId) ?? {}));
}

const measurement = (serverId: string, fields: InfoFields): Measurement => ({
  serverId,
  version: fields.valkey_version ?? fields.redis_version ?? null,
  usedBytes: numberIn(fields.used_memory),
  clients: numberIn(fields.connected_clients),
});

const numberIn = (field: string | undefined): number | null => (field === undefined ? null : Number(field));
