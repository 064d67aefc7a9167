/** Signed checkpoints of a timeline: the length and the last hash of a chain. */
import type { ChainPoint } from './entry.ts';

export const checkpointFormat = 'latchkey-checkpoint/1';
export const checkpointAlgorithm = 'ECDSA_SHA_256';

export interface Checkpoint extends ChainPoint {
  readonly format: typeof checkpointFormat;
  readonly team: string;
  /** ISO 8601. */
  readonly sealedAt: string;
  /** The previous checkpoint, from which the chain was verified; null: from its beginning. */
  readonly previous: ChainPoint | null;
  readonly signedBy: { readonly keyId: string; readonly algorithm: typeof checkpointAlgorithm };
}

export interface SealedCheckpoint {
  readonly statement: Checkpoint;
  /** The signature of the SHA-256 of the statement's canonical JSON: DER, in base64. */
  readonly signature: string;
}

export interface Signer {
  /** The key's ARN. */
  readonly keyId: string;
  /** PEM. */
  readonly publicKey: string;
}
