/** The operations and the step of drills, joined with a deployment's table, KMS and fleet. */
import { caughtUp, digest, measure, promote, tryToOpen } from '#fleet';
import { keyVault } from '#lib/aws/kms.ts';
import { workflows } from '#lib/aws/workflows.ts';
import { abortDrill } from '#lib/drills/abort.ts';
import { advanceDrill } from '#lib/drills/advance.ts';
import { listDrills } from '#lib/drills/list.ts';
import { estimateDrill, reportDrill } from '#lib/drills/report.ts';
import { readDrillSchedule, removeDrillSchedule, setDrillSchedule } from '#lib/drills/schedule.ts';
import { watchDrillSchedules } from '#lib/drills/schedule-watch.ts';
import { planDrill, type StartDrillDeps, startDrill } from '#lib/drills/start.ts';
import { startScheduled as startScheduledDrill } from '#lib/drills/start-scheduled.ts';
import { watchDrills } from '#lib/drills/watch.ts';
import { footprintOf } from '#lib/fleet/ec2/instance-types.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { appStore } from '#lib/store/apps.ts';
import { contactStore } from '#lib/store/contacts.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { drillStore } from '#lib/store/drills.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { recipientReader } from '#lib/store/recipients.ts';
import { timelineStore } from '#lib/store/timeline.ts';
import { committer } from './committer.ts';
import { registerChecked } from './keys.ts';
import { pauseSeconds, platformKey } from './settings.ts';

const startPorts = (): StartDrillDeps => ({
  ...keyStore(),
  ...appStore(),
  ...databaseStore(),
  ...lockoutStore(),
  ...keyVault(),
  ...platformKey(),
  ...committer(),
  fleet: async () => ({ measure }),
  newId,
  now,
  registerCheckedKey: registerChecked(),
});

export const estimate = () => estimateDrill(planDrill(startPorts()), footprintOf);
export const start = () => startDrill(startPorts());
export const abort = () => abortDrill({ ...drillStore(), ...committer(), now });
export const list = () => listDrills(drillStore());
export const get = () => reportDrill({ ...drillStore(), ...lockoutStore(), now, footprintOf });

export const advance = () =>
  advanceDrill({
    ...drillStore(),
    ...databaseStore(),
    ...keyStore(),
    ...lockoutStore(),
    ...timelineStore(),
    ...contactStore(),
    ...recipientReader(),
    ...workflows(),
    ...committer(),
    fleet: async () => ({ caughtUp, digest, measure, promote, tryToOpen }),
    newId,
    now,
    pause: pauseSeconds,
  });

export const watch = () => watchDrills({ ...drillStore(), ...workflows(), ...committer(), now });

const schedulePorts = () => ({ ...keyStore(), ...drillStore(), ...committer(), now });
export const schedule = () => readDrillSchedule({ ...keyStore(), ...drillStore() });
export const setSchedule = () => setDrillSchedule({ ...schedulePorts(), registerCheckedKey: registerChecked() });
export const removeSchedule = () => removeDrillSchedule(schedulePorts());
export const watchSchedules = () => watchDrillSchedules({ ...drillStore(), ...committer(), now });
export const startScheduled = () => startScheduledDrill({ ...startPorts(), ...drillStore() });
