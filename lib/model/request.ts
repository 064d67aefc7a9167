/** What the requests of operations have in common. */
import type { Actor } from './entry.ts';

export interface TeamRequest {
  readonly teamId: string;
  readonly actor: Actor;
}

export interface DatabaseRequest extends TeamRequest {
  /** Name or id. */
  readonly database: string;
}
