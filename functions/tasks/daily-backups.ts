/** The one step of the daily backups: a batch of databases is backed up, and backups past their days are removed. */
import { VisitInput } from '#lib/contracts/machines.ts';
import { step, task } from '#lib/edge/task.ts';
import { visit } from '#lib/wiring/backups.ts';

export const handler = task(() => ({ 'Visit a batch': step(VisitInput, visit()) }));
