/** How long a deployment keeps backups. */
import { backupConfig } from '#lib/config.ts';

export const retentionSettings = () => ({
  settings: () => ({ keepDays: backupConfig().BACKUP_KEEP_DAYS, keepCount: backupConfig().BACKUP_KEEP_COUNT }),
});
