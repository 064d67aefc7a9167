/** A request to check a key. */
import type { Actor } from './entry.ts';
import type { Key, KeyRef } from './key.ts';

export interface Observation extends KeyRef {
  readonly actor: Actor;
  /**
   * `canary` is one Decrypt; `quick` tries each action that may be tried each minute; `full` tries every action. The
   * first two become full if they find a change.
   */
  readonly depth: 'canary' | 'quick' | 'full';
  /** The key as it was just read, so that a quick check needs no read. */
  readonly known?: Key;
}
