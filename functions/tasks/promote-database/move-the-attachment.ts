/** The app gets its new URL and a release. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { moveAttachment } from '#lib/databases/promote-attachment.ts';
import { task } from '#lib/edge/task.ts';
import { promoting } from '#lib/wiring/promotions.ts';

export const handler = task(DatabaseInput, () => moveAttachment(promoting()));
