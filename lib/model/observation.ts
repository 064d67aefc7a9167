/** A request to check a key. */
import type { Actor } from './entry.ts';
import type { Key, KeyRef } from './key.ts';

export interface Observation extends KeyRef {
  readonly actor: Actor;
  /** `quick` is one Decrypt, which shows that nothing changed; `full` checks every action. */
  readonly depth: 'quick' | 'full';
  /** The key as it was just read, so that a quick check needs no read. */
  readonly known?: Key;
}
