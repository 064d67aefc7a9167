/** Key policies: resource policies with KMS's condition keys and size limit. */
import { isGlobalKey } from '../iam/global-keys.ts';
import { type PolicyDocument, parsePolicy } from '../iam/policy-document.ts';
import { AwsError } from '../protocol.ts';
import { malformedPolicy } from './errors.ts';

const maxPolicyBytes = 32_768;

/** Source: KMS guide, "AWS KMS condition keys", including keys of operations that the emulator lacks. */
const keyNames = [
  ...[
    'BypassPolicyLockoutSafetyCheck',
    'CallerAccount',
    'CustomerMasterKeySpec',
    'CustomerMasterKeyUsage',
    'DataKeyPairSpec',
  ],
  ...[
    'EncryptionAlgorithm',
    'EncryptionContextKeys',
    'ExpirationModel',
    'GrantConstraintType',
    'GrantIsForAWSResource',
  ],
  ...[
    'GrantOperations',
    'GranteePrincipal',
    'KeyAgreementAlgorithm',
    'KeyOrigin',
    'KeySpec',
    'KeyUsage',
    'MacAlgorithm',
  ],
  ...[
    'MessageType',
    'MultiRegion',
    'MultiRegionKeyType',
    'PrimaryRegion',
    'ReEncryptOnSameKey',
    'ReplicaRegion',
    'RequestAlias',
  ],
  ...[
    'ResourceAliases',
    'RetiringPrincipal',
    'RotationPeriodInDays',
    'ScheduleKeyDeletionPendingWindowInDays',
    'SigningAlgorithm',
    'TrailingDaysWithoutKeyUsage',
  ],
  ...['ValidTo', 'ViaService', 'WrappingAlgorithm', 'WrappingKeySpec'],
];
const knownKeys = new Set(keyNames.map((name) => `kms:${name}`.toLowerCase()));
const prefixes = ['kms:encryptioncontext:', 'kms:recipientattestation:'];

/** Takes a key in lower case. */
export const isKmsKey = (key: string) =>
  knownKeys.has(key) || prefixes.some((prefix) => key.startsWith(prefix) && key.length > prefix.length);

/** Throws `MalformedPolicyDocumentException` or, beyond 32 KiB, `LimitExceededException`. */
export function parseKeyPolicy(text: string): PolicyDocument {
  if (Buffer.byteLength(text) > maxPolicyBytes) {
    throw new AwsError('LimitExceededException', `A key policy may not exceed ${maxPolicyBytes} bytes.`);
  }
  return parsePolicy(text, { malformed: malformedPolicy, knowsKey: (key) => isKmsKey(key) || isGlobalKey(key) });
}
