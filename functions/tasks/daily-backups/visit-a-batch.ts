/** Backs up a stretch of databases, and removes what is past keeping. */

import { visitBatch } from '#lib/backups/visit.ts';
import { VisitInput } from '#lib/contracts/machines.ts';
import { task } from '#lib/edge/task.ts';
import { visiting } from '#lib/wiring/backups.ts';

export const handler = task(VisitInput, () => visitBatch(visiting()));
