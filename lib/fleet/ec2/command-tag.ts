/**
 * The last command that was sent to an instance, as a tag of the instance, so that every process can continue what
 * another process began.
 */
import type { Instance } from '#lib/aws/cloud.ts';
import { tagNames } from './driver.ts';

export interface CommandTag {
  readonly job: string;
  readonly commandId: string;
  readonly orderedAt: Date;
}

/** Jobs of one lane run one at a time. */
export type Lane = 'command' | 'upload';

export const commandTag = (lane: Lane, { job, commandId, orderedAt }: CommandTag): Record<string, string> => ({
  [tagNames[lane]]: `${job}/${commandId}/${orderedAt.toISOString()}`,
});

/** Null if there is none, or if the instance booted since, because a boot ends all commands. */
export function commandOf({ tags, launchedAt }: Instance, lane: Lane): CommandTag | null {
  const [job, commandId, at] = tags[tagNames[lane]]?.split('/') ?? [];
  if (!job || !commandId || !at) return null;
  const orderedAt = new Date(at);
  return orderedAt > launchedAt ? { job, commandId, orderedAt } : null;
}
