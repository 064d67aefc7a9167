/** How soon a resource is read again. */

export interface PollState {
  /** A lockout is under way. */
  readonly isActive: boolean;
  readonly isVisible: boolean;
  /** Seconds between two reads while nothing is under way, as the API asks for; null before it did. */
  readonly idleSeconds: number | null;
  /** Failed attempts in a row. */
  readonly failures: number;
  /** The `Retry-After` of the last response, in seconds; null without one. */
  readonly retryAfter: number | null;
}

const activeMs = 2000;
const idleMs = 30_000;
const longestMs = 60_000;

/** Milliseconds until the next read; null while the page is hidden. `random` spreads clients: from 0 to 1. */
export function pollDelay(
  { isActive, isVisible, idleSeconds, failures, retryAfter }: PollState,
  random: number,
): number | null {
  if (!isVisible) return null;
  if (failures === 0 && retryAfter === null)
    return isActive ? activeMs : Math.max(activeMs, idleSeconds === null ? idleMs : idleSeconds * 1000);
  const backoff = Math.min(longestMs, activeMs * 2 ** Math.min(failures, 6)) * (0.5 + random / 2);
  return Math.max(backoff, (retryAfter ?? 0) * 1000);
}
