/** Backs up a stretch of databases, and removes what is past keeping. */
import { visiting } from '#lib/backups/assembly.ts';
import { visitBatch } from '#lib/backups/visit.ts';
import { VisitInput } from '#lib/contracts/machines.ts';
import { task } from '#lib/edge/task.ts';

export const handler = task(VisitInput, () => visitBatch(visiting()));
