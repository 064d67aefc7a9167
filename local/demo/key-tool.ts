/** The customer's tool for their keys: the AWS CLI where there is one, else the AWS SDK. */
import type { Act } from './stage.ts';

/** KMS said no; `code` is the error's name, as `DisabledException`. */
export class KmsRefusal extends Error {
  override readonly name = 'KmsRefusal';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What it takes to open a wrapped data key. */
export interface Wrapped {
  readonly keyArn: string;
  readonly ciphertext: Uint8Array;
  readonly context: Readonly<Record<string, string>>;
}

/** The shell variable for a key's ARN in the commands that are shown. */
export type KeyVariable = 'CMK_ARN' | 'DRILL_KEY_ARN';

/** The methods that take a `variable` show `CMK_ARN` without one. */
export interface KeyTool {
  /** With its version. */
  readonly name: string;
  readonly isCli: boolean;
  /** Makes a key with the policy template, filled in for the two accounts; returns its ARN. */
  createKey(policyTemplate: string): Act<string>;
  enableRotation(keyArn: string): Act<void>;
  disable(keyArn: string, variable?: KeyVariable): Act<void>;
  enable(keyArn: string, variable?: KeyVariable): Act<void>;
  /** With the waiting period that KMS sets by default: 30 days. */
  scheduleDeletion(keyArn: string, variable?: KeyVariable): Act<void>;
  /** KMS leaves the key disabled. */
  cancelDeletion(keyArn: string, variable?: KeyVariable): Act<void>;
  /** Of a signing key, as DER. */
  publicKey(keyArn: string): Act<Buffer>;
  /** As the platform, and not as the customer. Returns the number of decrypted bytes; throws a `KmsRefusal`. */
  decryptAsPlatform(wrapped: Wrapped): Act<number>;
}
