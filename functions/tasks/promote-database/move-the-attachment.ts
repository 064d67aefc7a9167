/** The app gets its new URL and a release. */
import { DatabaseInput } from '#lib/contracts/machines.ts';
import { promoting } from '#lib/databases/promote-assembly.ts';
import { moveAttachment } from '#lib/databases/promote-attachment.ts';
import { task } from '#lib/edge/task.ts';

export const handler = task(DatabaseInput, () => moveAttachment(promoting()));
