/** A request to register a key. */
import type { Actor } from './entry.ts';

export interface Registration {
  readonly teamId: string;
  readonly arn: string;
  readonly actor: Actor;
}
