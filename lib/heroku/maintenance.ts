/** Views of maintenance for the CLI. */

import { maintenanceResult } from '#lib/databases/maintenance-result.ts';
import { windowOf, windowText } from '#lib/databases/maintenance-window.ts';
import type { Database, PastMaintenance } from '#lib/model/database.ts';
import { owningApp, planName } from './ids.ts';

const reason = 'Restart on the newest version';

/** Lists the attachments of one app. */
export function maintenanceView(database: Database, fromAppId = database.appId) {
  const { id, name, plan, maintenance } = database;
  const attachments = database.attachments.filter((attachment) => attachment.appId === fromAppId);
  const { id: appId, name: appName } = owningApp(database);
  return {
    addon: {
      name,
      attachments: attachments.map((attachment) => attachment.name),
      window: windowText(windowOf(database)),
      kind: 'redis',
      plan: planName(plan),
      uuid: id,
    },
    app: { name: appName, uuid: appId },
    reason,
    status: statusOf(database),
    required_by: null,
    scheduled_for: maintenance?.scheduledFor ?? null,
    started_at: maintenance?.startedAt ?? null,
    completed_at: maintenance?.past?.[0]?.endedAt ?? null,
  };
}

function statusOf({ maintenance }: Database): string {
  if (maintenance?.startedAt) return 'running';
  if (maintenance?.scheduledFor) return 'pending';
  const last = maintenance?.past?.[0];
  if (!last) return 'none';
  return last.failure === null ? 'completed' : 'failed';
}

export const windowView = (database: Database) => ({ window: windowText(windowOf(database)) });

export const pastView = (database: Database, past: PastMaintenance) => pastRow(database, past, maintenanceResult(past));

const pastRow = (
  database: Database,
  { scheduledFor, startedAt, endedAt, failure }: PastMaintenance,
  result: string | null,
) => ({
  scheduled_for: scheduledFor,
  started_at: startedAt,
  completed_at: endedAt,
  duration_seconds: Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000),
  reason: result ?? reason,
  status: failure === null ? 'completed' : `failed: ${failure}`,
  window: windowText(windowOf(database)),
});
