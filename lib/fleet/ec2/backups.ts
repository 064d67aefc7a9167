/**
 * Backups of servers on EC2: snapshot, upload, completion. Each call continues where the last one stopped; S3 is the
 * source of truth for stored backups.
 */
import type { Instance } from '#lib/aws/cloud.ts';
import type { BackupOrder, FailureReason, Outcome, RestoreOrder, TakenBackup } from '#lib/model/fleet.ts';
import {
  type DownloadDriver,
  type Driver,
  failed,
  instancesOf,
  isGone,
  pending,
  type ServerInstance,
  type TransferDriver,
} from './driver.ts';
import { type Job, lastOutcome, outputOf, runJob } from './jobs.ts';
import { outcomeOf } from './refusals.ts';
import { restoreScript, snapshotScript, uploadScript } from './scripts/backups.ts';
import { codes } from './scripts/prelude.ts';

/** S3 accepts parts of 5 MiB to 5 GiB, at most 10,000 (S3 user guide, "Multipart upload limits"). */
const partBytes = 1024 ** 3;

const meanings = {
  [codes.busy]: 'pending',
  [codes.notYet]: 'pending',
  [codes.setUpFailed]: 'start_failed',
  [codes.notRunning]: 'server_stopped',
  [codes.saveFailed]: 'save_failed',
  [codes.transferFailed]: 'unavailable',
  [codes.damaged]: 'backup_damaged',
  [codes.running]: 'service_running',
} as const satisfies Record<number, 'pending' | FailureReason>;
const job = (name: string, script: string): Job => ({
  name,
  script,
  withinSeconds: 3600,
  codes: meanings,
  cutOff: 'unavailable',
});
const uploading = (backupId: string, script = ''): Job => ({ ...job(`upload-${backupId}`, script), lane: 'upload' });

export const backup = (driver: TransferDriver, orders: readonly BackupOrder[]): Promise<TakenBackup[]> =>
  withRunning(driver, orders, takeBackup);

async function takeBackup(
  driver: TransferDriver,
  server: ServerInstance,
  { backup: ref }: BackupOrder,
): Promise<TakenBackup> {
  const { serverId } = server;
  const stored = await driver.transfers.find(ref.objectKey);
  if (stored) return { serverId, state: 'done', objectBytes: stored.bytes, memoryBytes: stored.memoryBytes };
  const uploaded = await lastOutcome(driver, server, uploading(ref.backupId));
  if (uploaded.outcome.state === 'done' && (await driver.transfers.completeUpload(ref.objectKey)))
    return pending(serverId) as TakenBackup;
  if (!uploaded.again && uploaded.outcome.state !== 'done') return asTaken(uploaded.outcome);
  const saved = await runJob(driver, [server], job(`snapshot-${ref.backupId}`, snapshotScript(ref.backupId)));
  const [bytes, memoryBytes] = outputOf(saved.runs.get(serverId)?.output ?? '')
    .split(' ')
    .map(Number);
  if (!bytes || !memoryBytes) return asTaken(saved.outcomes[0] ?? pending(serverId));
  const listUrl = await driver.transfers.beginUpload({ backup: ref, bytes, memoryBytes, partBytes });
  const [outcome] = (
    await runJob(driver, [server], uploading(ref.backupId, uploadScript(ref.backupId, { listUrl, partBytes })))
  ).outcomes;
  return asTaken(outcome ?? pending(serverId));
}

/** A completed step is not a completed backup: only the object in S3 is. */
const asTaken = (outcome: Outcome): TakenBackup =>
  outcome.state === 'failed' ? outcome : { serverId: outcome.serverId, state: 'pending' };

/**
 * The time for which a call polls, in milliseconds. The caller repeats it twenty times
 * (`statemachines/provision-database.asl.yml`), which is more than the hour that a restore may take.
 */
const pollingMs = 240_000;
const pauseMs = 10_000;

export async function restore(driver: DownloadDriver, orders: readonly RestoreOrder[]): Promise<Outcome[]> {
  const until = driver.now().getTime() + pollingMs;
  for (;;) {
    const outcomes = await withRunning(driver, orders, restoreOne);
    if (outcomes.every(({ state }) => state !== 'pending') || driver.now().getTime() + pauseMs > until) return outcomes;
    await driver.sleep(pauseMs);
  }
}

async function restoreOne(
  driver: DownloadDriver,
  server: ServerInstance,
  { backup: { backupId, objectKey } }: RestoreOrder,
): Promise<Outcome> {
  const last = await lastOutcome(driver, server, job(`restore-${backupId}`, ''));
  if (!last.again) return last.outcome;
  if (!(await driver.transfers.find(objectKey)))
    return failed(server.serverId, 'backup_missing', 'The backup is no longer in the store.');
  const script = restoreScript(await driver.transfers.downloadUrl(objectKey));
  const [outcome] = (await runJob(driver, [server], job(`restore-${backupId}`, script))).outcomes;
  return outcome ?? pending(server.serverId);
}

type Pending = { readonly serverId: string; readonly state: 'pending' };
type Failed = Extract<Outcome, { state: 'failed' }>;

async function withRunning<D extends Driver, O extends BackupOrder, A extends TakenBackup | Outcome>(
  driver: D,
  orders: readonly O[],
  work: (driver: D, server: ServerInstance, order: O) => Promise<A>,
): Promise<(A | Failed | Pending)[]> {
  const instances = instancesOf(driver, [...new Set(orders.map(({ serverId }) => serverId))]);
  return Promise.all(
    orders.map(async (order) => {
      const { serverId } = order;
      try {
        const instance = (await instances).get(serverId)?.[0];
        return instance?.state === 'running'
          ? await work(driver, { serverId, instance }, order)
          : notRunning(serverId, instance);
      } catch (error) {
        const outcome = outcomeOf(serverId, error);
        return outcome.state === 'failed' ? outcome : { serverId, state: 'pending' as const };
      }
    }),
  );
}

function notRunning(serverId: string, instance: Instance | undefined): Failed | Pending {
  if (!instance || isGone(instance)) return failed(serverId, 'not_found', 'There is no instance of this server.');
  if (instance.state === 'pending') return { serverId, state: 'pending' };
  return failed(serverId, 'server_stopped', 'The server is stopped.');
}
