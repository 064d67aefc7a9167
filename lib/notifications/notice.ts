/** What an admin is told: one mail per admin and fact, naming every affected database of theirs. */
import type { Cause } from '#lib/keys/key.ts';
import type { Fact } from '#lib/outbox/effect.ts';

export interface AffectedDatabase {
  readonly name: string;
  readonly plan: string;
  readonly status: string;
  /** Names of the apps it is attached to. */
  readonly apps: readonly string[];
  /** What keeps it from stopping or starting; only in `attention_needed`. */
  readonly trouble: string | null;
}

export interface Notice {
  readonly fact: Fact;
  readonly team: string;
  readonly keyArn: string;
  readonly lockoutId: string;
  readonly cause: Cause;
  /** ISO 8601, UTC. */
  readonly openedAt: string;
  readonly deadline: string;
  readonly at: string;
  readonly databases: readonly AffectedDatabase[];
}

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}
