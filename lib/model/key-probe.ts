/** The result of probing a key, which `key-check.ts` judges. */
import type { Action, ActionState, Cause, CheckedCall, Denial } from './key.ts';

/** The members of KMS's KeyMetadata that a check reads. */
export interface KeyFacts {
  readonly KeyState?: string | undefined;
  readonly Description?: string | undefined;
  readonly KeySpec?: string | undefined;
  readonly KeyUsage?: string | undefined;
  readonly DeletionDate?: Date | undefined;
  readonly Origin?: string | undefined;
  readonly ValidTo?: Date | undefined;
}

export interface ProbeResult {
  readonly metadata: KeyFacts | null;
  readonly found: boolean;
  readonly actions: Readonly<Record<Action, ActionState>>;
  /** Of denied actions. */
  readonly denials?: Readonly<Partial<Record<Action, Denial>>>;
  /** A cause that some real call named. */
  readonly unusable: Cause | null;
  readonly unknown: Cause | null;
  /** Null when KMS did not say. */
  readonly rotation: boolean | null;
  /** Whether another team's encryption context is let through. */
  readonly foreignContext: ActionState;
  readonly canary: string | null;
  readonly calls: readonly CheckedCall[];
}

export interface Probe {
  /** `canary`: what the key sealed before, to be opened when it seals nothing now. */
  probe(keyArn: string, context: Record<string, string>, canary?: string | null): Promise<ProbeResult>;
  opensCanary(keyArn: string, canary: string, context: Record<string, string>): Promise<null | 'refused' | 'unknown'>;
}
