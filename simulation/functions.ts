/** The functions of a deployment: the operations of `lib/` on simulated services. */

import type * as z from 'zod/mini';
import { type RestartDeps, restartApp } from '#lib/apps/restart.ts';
import { requestBackup } from '#lib/backups/begin.ts';
import { lastBackup } from '#lib/backups/last.ts';
import { restorable, restoreBackup } from '#lib/backups/restore.ts';
import { discardBackup, markBackupFailed, recordBackup, takeBackup } from '#lib/backups/take.ts';
import { visitBatch } from '#lib/backups/visit.ts';
import {
  BackupFailureInput,
  BackupInput,
  BatchInput,
  DatabaseInput,
  DrillInput,
  DueDrillInput,
  FailureInput,
  LockoutInput,
  TakenInput,
  VisitInput,
} from '#lib/contracts/machines.ts';
import { createDatabase } from '#lib/databases/create.ts';
import { findLeader } from '#lib/databases/fork.ts';
import { watchForks } from '#lib/databases/fork-watch.ts';
import { promoteDatabase } from '#lib/databases/promote.ts';
import { moveAttachment } from '#lib/databases/promote-attachment.ts';
import { resumeLeaderWrites, undoPromotion } from '#lib/databases/promote-end.ts';
import {
  awaitLastWrite,
  confirmCatchUp,
  makeLeader,
  pauseLeaderWrites,
  restartPromotedApp,
} from '#lib/databases/promote-steps.ts';
import { attachToApp, createGrant, followLeader, launchServer, startService } from '#lib/databases/provision.ts';
import { destroyDatabase, forgetDatabase, markFailed, retireGrant, terminateServer } from '#lib/databases/remove.ts';
import { applyRotation, rotateCredentials } from '#lib/databases/rotate.ts';
import { advanceDrill } from '#lib/drills/advance.ts';
import { startScheduled } from '#lib/drills/start-scheduled.ts';
import { forgetKey } from '#lib/keys/forget.ts';
import { onKeyChanged } from '#lib/keys/on-key-changed.ts';
import { registerCheckedKey, registerKey } from '#lib/keys/register.ts';
import { changeKeySettings } from '#lib/keys/settings.ts';
import { sweep } from '#lib/keys/sweep.ts';
import { driveBatch } from '#lib/lockouts/batch.ts';
import type { Rates } from '#lib/lockouts/pace.ts';
import { reconcileKey } from '#lib/lockouts/reconcile.ts';
import { advanceLockout, confirmLockout } from '#lib/lockouts/steps.ts';
import type { Fleet } from '#lib/model/fleet.ts';
import type { NewId } from '#lib/model/ids.ts';
import type { Commit } from '#lib/model/items/commit.ts';
import type { Mail } from '#lib/model/notice.ts';
import type { Pending, Published } from '#lib/model/outbox-message.ts';
import type { NeedsFleet } from '#lib/model/ports.ts';
import { notifyRecipients } from '#lib/notifications/notify.ts';
import { renderMail } from '#lib/notifications/render.ts';
import { dispatchMessage } from '#lib/outbox/dispatch.ts';
import { drainOutbox } from '#lib/outbox/drain.ts';
import { publishMessages } from '#lib/outbox/publish-messages.ts';
import { appStore } from '#lib/store/apps.ts';
import { backupStore } from '#lib/store/backups.ts';
import { committing } from '#lib/store/commit.ts';
import { contactStore } from '#lib/store/contacts.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { deliveryProofStore } from '#lib/store/delivery-proofs.ts';
import { drillStore } from '#lib/store/drills.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { noticeStore } from '#lib/store/notices.ts';
import { outboxStore } from '#lib/store/outbox.ts';
import { recipientStore } from '#lib/store/recipients.ts';
import type { Table } from '#lib/store/table.ts';
import { teamStore } from '#lib/store/teams.ts';
import { timelineStore } from '#lib/store/timeline.ts';
import { watchedStore } from '#lib/store/watched.ts';
import { webhookStore } from '#lib/store/webhooks.ts';
import type { Chaos } from './chaos.ts';
import type { SimulatedFleet } from './fleet.ts';
import type { SimulatedKms } from './kms.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { SimulatedWorkflows } from './workflows.ts';

export const platformKeyArn = 'arn:aws:kms:us-east-1:210987654321:key/00000000-0000-4000-8000-000000000009';

export interface FunctionsInput {
  readonly time: VirtualTime;
  readonly chaos: Chaos;
  readonly table: Table;
  readonly kms: SimulatedKms;
  readonly fleet: Fleet & Pick<SimulatedFleet, 'remove'>;
  readonly workflows: Pick<SimulatedWorkflows, 'startWorkflow' | 'isRunning'>;
  readonly publish: (pending: readonly Pending[]) => Promise<Published>;
  readonly sendMail: (to: string, mail: Mail) => Promise<string>;
  readonly newId: NewId;
  readonly waitingPeriodSeconds: number;
  /** The default quotas of an account, unless set. */
  readonly rates?: Rates;
  /** The default of a deployment, unless set. */
  readonly minutesWithEvents?: number;
}

const publishedRates: Rates = { starts: 2, grants: 50 };

const settingsWith = (waitingPeriodSeconds: number) => () => ({
  ...{ region: 'us-east-1', platformAccountId: '210987654321', requireOwnershipProof: false },
  ...{ confirmationSeconds: 5, waitingPeriodSeconds, keepDays: 7, keepCount: 7 },
});

export function createFunctions({
  time,
  chaos,
  table,
  kms,
  fleet,
  workflows,
  publish,
  sendMail,
  newId,
  waitingPeriodSeconds,
  rates = publishedRates,
  minutesWithEvents = 5,
}: FunctionsInput) {
  const commitToTable = committing({ table, newId, pause: () => time.sleep(chaos.between(1, 300)) });
  const tell = publishMessages({ publish, done: outboxStore(table).done });
  const commit = async (unit: Commit): Promise<void> => {
    const pending = await commitToTable(unit);
    if (pending.length > 0) await tell(pending);
  };
  const stores = {
    ...{ ...appStore(table), ...backupStore(table), ...databaseStore(table), ...keyStore(table) },
    ...{ ...lockoutStore(table), ...deliveryProofStore(table), ...noticeStore(table), ...outboxStore(table) },
    ...{ ...teamStore(table), ...watchedStore(table), ...recipientStore(table), ...contactStore(table) },
    ...{ ...webhookStore(table), ...drillStore(table), ...timelineStore(table) },
  };
  const runner: RestartDeps['runner'] = async () => null;
  const base = {
    ...{ ...stores, ...workflows, commit, newId, now: time.now, runner, settings: settingsWith(waitingPeriodSeconds) },
    ...{
      encrypt: kms.encrypt,
      decrypt: kms.decrypt,
      createGrant: kms.createGrant,
      retireGrant: kms.retireGrant,
      findGrant: kms.findGrant,
    },
    ...{
      pause: (seconds: number) => time.sleep(seconds * 1000),
      rates: () => rates,
      minutesWithEvents: () => minutesWithEvents,
    },
    ...{
      probe: kms.probe,
      opensCanary: kms.opensCanary,
      quickCheck: kms.quickCheck,
      remove: fleet.remove,
      serviceGrants: () => false,
      collectFacts: null,
    },
    certifyServer: async () => undefined,
    ...{ platformKeyArn: () => platformKeyArn, fleet: async () => fleet, configVarsOf: async () => ({}) },
  };
  const restart = restartApp(base);
  const promotion = { ...base, restartApp: restart, pause: time.sleep };
  const reconcile = reconcileKey({ ...base, isRunning: null });
  const rotation = applyRotation(base);
  const noticeSettings = () => ({ apiUrl: 'https://api.example', settleSeconds: 60, pauseSeconds: 0.2 });
  const notify = notifyRecipients({ ...base, settings: noticeSettings, render: renderMail, sendMail });
  const steps = {
    ...lockoutSteps({ ...base, isRunning: null }),
    ...databaseSteps(base, promotion),
    ...backupSteps(base),
    'drill: Start the scheduled drill': step(
      DueDrillInput,
      startScheduled({ ...base, registerCheckedKey: registerCheckedKey(base) }),
    ),
    'drill: Advance the drill': step(DrillInput, advanceDrill(base)),
  };
  return {
    steps: steps as Readonly<Record<string, Step>>,
    commit,
    reconcile,
    onEffectDue: dispatchMessage({
      ...base,
      restartApp: restart,
      applyRotation: rotation,
      maintain: async () => undefined,
      notify,
    }),
    onKeyChanged: onKeyChanged({ ...base, reconcile }),
    onSweep: sweep({ ...base, reconcile: reconcileKey(base), drain: drainOutbox({ ...base, publish }) }),
    onForkWatch: watchForks(base),
    api: {
      registerKey: registerKey(base),
      forgetKey: forgetKey(base),
      changeKeySettings: changeKeySettings({ ...base, reconcile }),
      createDatabase: createDatabase({
        ...base,
        registerKey: registerKey(base),
        findLeader: findLeader(base),
        restorable: restorable(base),
      }),
      destroyDatabase: destroyDatabase({ ...base, lastBackupOf: lastBackup(base) }),
      promoteDatabase: promoteDatabase(base),
      rotateCredentials: rotateCredentials(base),
      requestBackup: requestBackup(base),
    },
  };
}
export type Functions = ReturnType<typeof createFunctions>;

interface Step {
  readonly input: () => z.ZodMiniType;
  readonly run: (input: never) => Promise<unknown>;
}
const step = <S extends z.ZodMiniType>(input: () => S, run: (input: z.infer<S>) => Promise<unknown>) => ({
  input,
  run,
});

type Lockouts = Parameters<typeof confirmLockout>[0] & Parameters<typeof driveBatch>[0];

function lockoutSteps(base: Lockouts) {
  const advance = advanceLockout(base);
  const past = (from: Parameters<typeof advance>[0]['from']) =>
    step(LockoutInput, (input) => advance({ ...input, from }));
  return {
    'key-shutdown: Confirm the lockout': step(LockoutInput, confirmLockout(base)),
    'key-shutdown: Stop services': step(BatchInput, driveBatch(base, 'stop-services')),
    'key-shutdown: Advance past services': past('stopping_services'),
    'key-shutdown: Stop servers': step(BatchInput, driveBatch(base, 'stop-servers')),
    'key-shutdown: Advance past servers': past('stopping_servers'),
    'key-restart: Confirm the restart': step(LockoutInput, confirmLockout(base)),
    'key-restart: Start servers': step(BatchInput, driveBatch(base, 'start-servers')),
    'key-restart: Advance past servers': past('starting_servers'),
    'key-restart: Start services': step(BatchInput, driveBatch(base, 'start-services')),
    'key-restart: Advance past services': past('starting_services'),
  };
}

type Databases = Omit<
  Parameters<typeof createGrant>[0] &
    Parameters<typeof startService>[0] &
    Parameters<typeof launchServer>[0] &
    Parameters<typeof attachToApp>[0] &
    Parameters<typeof restoreBackup>[0] &
    Parameters<typeof terminateServer>[0] &
    Parameters<typeof retireGrant>[0],
  'fleet'
> &
  NeedsFleet<keyof Fleet>;

function databaseSteps(base: Databases, promotion: Parameters<ReturnType<typeof confirm>>[0]) {
  return {
    'provision-database: Create the grant': step(DatabaseInput, createGrant(base)),
    'provision-database: Launch the server': step(DatabaseInput, launchServer(base)),
    'provision-database: Restore the backup': step(DatabaseInput, restoreBackup(base)),
    'provision-database: Follow the leader': step(DatabaseInput, followLeader(base)),
    'provision-database: Start the service': step(DatabaseInput, startService(base)),
    'provision-database: Attach to the app': step(DatabaseInput, attachToApp(base)),
    'provision-database: Terminate the server': step(DatabaseInput, terminateServer(base)),
    'provision-database: Retire the grant': step(DatabaseInput, retireGrant(base)),
    'provision-database: Mark as failed': step(FailureInput, markFailed(base)),
    'destroy-database: Terminate the server': step(DatabaseInput, terminateServer(base)),
    'destroy-database: Retire the grant': step(DatabaseInput, retireGrant(base)),
    'destroy-database: Forget the database': step(DatabaseInput, forgetDatabase(base)),
    'promote-database: Confirm the catch-up': step(DatabaseInput, confirmCatchUp(promotion)),
    'promote-database: Pause writes': step(DatabaseInput, pauseLeaderWrites(promotion)),
    'promote-database: Await the last write': step(DatabaseInput, awaitLastWrite(promotion)),
    'promote-database: Make it the leader': step(DatabaseInput, makeLeader(promotion)),
    'promote-database: Move the attachment': step(DatabaseInput, moveAttachment(promotion)),
    'promote-database: Restart the app': step(DatabaseInput, restartPromotedApp(promotion)),
    'promote-database: Resume writes': step(DatabaseInput, resumeLeaderWrites(promotion)),
    'promote-database: Undo the promotion': step(FailureInput, undoPromotion(promotion)),
  };
}
const confirm = () => confirmCatchUp;

type Backups = Parameters<typeof takeBackup>[0] &
  Parameters<typeof recordBackup>[0] &
  Parameters<typeof discardBackup>[0] &
  Parameters<typeof visitBatch>[0];

const backupSteps = (base: Backups) => ({
  'backup-database: Save and store the data': step(BackupInput, takeBackup(base)),
  'backup-database: Record the backup': step(TakenInput, recordBackup(base)),
  'backup-database: Remove what is stored': step(BackupInput, discardBackup(base)),
  'backup-database: Mark the backup as failed': step(BackupFailureInput, markBackupFailed(base)),
  'destroy-database: Take the last backup': step(BackupInput, takeBackup(base)),
  'destroy-database: Record the last backup': step(TakenInput, recordBackup(base)),
  'destroy-database: Mark the last backup as failed': step(BackupFailureInput, markBackupFailed(base)),
  'daily-backups: Visit a batch': step(VisitInput, visitBatch(base)),
});
