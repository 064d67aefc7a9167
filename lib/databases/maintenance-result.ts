/** Describes what maintenance changed. */
import type { PastMaintenance } from '#lib/model/database.ts';

/** Null if the maintenance failed; `failure` describes that. */
export function maintenanceResult({ failure, versions }: Pick<PastMaintenance, 'failure' | 'versions'>): string | null {
  if (failure !== null) return null;
  if (!versions) return 'Restarted. The fleet does not report which versions it runs.';
  const { before, after } = versions;
  const changes = [
    ...(before.service === after.service ? [] : [`service ${before.service} to ${after.service}`]),
    ...(before.system === after.system ? [] : [`system ${before.system} to ${after.system}`]),
  ];
  if (changes.length > 0) return `Upgraded ${changes.join(', ')}.`;
  return `Restarted. Nothing was upgraded: service ${after.service}, system ${after.system}.`;
}
