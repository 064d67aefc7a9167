/** The result of probing a key, which `key-check.ts` judges. */
import {
  type Action,
  type ActionState,
  type Cause,
  type CheckedCall,
  type Context,
  type Denial,
  neededActions,
} from './key.ts';

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
  /** Null when the key does not rotate, or KMS did not say. */
  readonly nextRotationAt?: Date | null;
  /** Whether another team's encryption context is let through. */
  readonly foreignContext: ActionState;
  readonly canary: string | null;
  readonly calls: readonly CheckedCall[];
}

/** The state of each action that is tried each minute; Decrypt by opening the canary. */
export type QuickCheck = Readonly<Record<Exclude<Action, 'CreateGrant' | 'RevokeGrant'>, ActionState>>;

/**
 * Whether a quick check found what the last check had found. A missing response counts for Decrypt only, since a
 * throttled call must not lead to more calls.
 */
export const findsTheSame = (quick: QuickCheck, actions: Readonly<Record<Action, ActionState>>): boolean =>
  quick.Decrypt === 'allowed' &&
  neededActions.every((action) => {
    const state = action === 'CreateGrant' || action === 'RevokeGrant' ? 'unknown' : quick[action];
    return state === 'unknown' || state === actions[action];
  });

export interface Probe {
  /** `canary`: a ciphertext of the key, to be decrypted if the key encrypts nothing now. */
  probe(keyArn: string, context: Context, canary?: string | null): Promise<ProbeResult>;
  /** One real Decrypt: null if it succeeded. */
  opensCanary(keyArn: string, canary: string, context: Context): Promise<null | 'refused' | 'unknown'>;
  quickCheck(keyArn: string, canary: string, context: Context): Promise<QuickCheck>;
}
