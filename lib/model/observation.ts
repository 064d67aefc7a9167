/** A request to check a key. */
import type { Actor } from './entry.ts';
import type { Key, KeyRef } from './key.ts';

export interface Observation extends KeyRef {
  readonly actor: Actor;
  /** `quick` is one Decrypt, enough to see that nothing changed; `full` asks for every action. */
  readonly depth: 'quick' | 'full';
  /** The key as it was read a moment ago: it spares the quick look a read. */
  readonly known?: Key;
}
