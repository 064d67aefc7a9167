/** POST /v1/databases/{database}/backups: starts a backup; answers 202 and where to look. */

import { requestBackup } from '#lib/backups/begin.ts';
import { backupView, CreateBackup } from '#lib/contracts/backups.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { finding, keeping } from '#lib/wiring/backups.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = endpoint(CreateBackup, () => {
  const request = requestBackup({ ...finding(), ...keeping(), ...recorder(), newId, now });
  return async (asked) => backupView({ ...(await request(asked)), readable: false });
});
