/**
 * Which command an instance was sent last, as a tag of it: this is how a call finds what an earlier one began, by
 * whichever process.
 */
import type { Instance } from '#lib/aws/cloud.ts';
import { tagNames } from './driver.ts';

export interface CommandTag {
  readonly job: string;
  readonly commandId: string;
  readonly orderedAt: Date;
}

/** Jobs of one lane wait for each other. */
export type Lane = 'command' | 'upload';

export const commandTag = (lane: Lane, { job, commandId, orderedAt }: CommandTag): Record<string, string> => ({
  [tagNames[lane]]: `${job}/${commandId}/${orderedAt.toISOString()}`,
});

/** Null where there is none, or where the instance booted since: a boot ends whatever ran. */
export function commandOf({ tags, launchedAt }: Instance, lane: Lane): CommandTag | null {
  const [job, commandId, at] = tags[tagNames[lane]]?.split('/') ?? [];
  if (!job || !commandId || !at) return null;
  const orderedAt = new Date(at);
  return orderedAt > launchedAt ? { job, commandId, orderedAt } : null;
}
