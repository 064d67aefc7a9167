/**
 * The errors of KMS, with AWS's codes and texts. All have the status 400.
 */
import { AwsError, type Call, userOf } from '../protocol.ts';

export const validation = (message: string) => new AwsError('ValidationException', message);
export const notFound = (message: string) => new AwsError('NotFoundException', message);
export const invalidState = (arn: string, state: string) =>
  new AwsError('KMSInvalidStateException', `${arn} is ${state}.`);
export const disabled = (arn: string) => new AwsError('DisabledException', `${arn} is disabled.`);
export const malformedPolicy = (message: string) => new AwsError('MalformedPolicyDocumentException', message);
export const unsupported = (message: string) => new AwsError('UnsupportedOperationException', message);
export const invalidKeyUsage = (message: string) => new AwsError('InvalidKeyUsageException', message);
export const invalidSignature = () => new AwsError('KMSInvalidSignatureException', '');
export const invalidArn = (message: string) => new AwsError('InvalidArnException', message);
export const invalidCiphertext = () => new AwsError('InvalidCiphertextException', '');
export const invalidImportToken = () => new AwsError('InvalidImportTokenException', '');
export const expiredImportToken = () => new AwsError('ExpiredImportTokenException', '');
export const incorrectKeyMaterial = (message: string) => new AwsError('IncorrectKeyMaterialException', message);
export const throttled = () => new AwsError('ThrottlingException', 'Rate exceeded');

export const incorrectKey = () =>
  new AwsError(
    'IncorrectKeyException',
    'The key ID in the request does not identify a CMK that can perform this operation.',
  );

export const dryRunSucceeded = () =>
  new AwsError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.');

const denied = (call: Call, action: string, rest: string) =>
  new AwsError('AccessDeniedException', `User: ${userOf(call.caller)} is not authorized to perform: ${action} ${rest}`);

interface Refusal {
  readonly arn: string;
  readonly explicitly: boolean;
}

/** By the caller's own policies. */
export const deniedByIdentity = (call: Call, action: string, { arn, explicitly }: Refusal) =>
  denied(
    call,
    action,
    explicitly
      ? `on resource: ${arn} with an explicit deny in an identity-based policy`
      : `on resource: ${arn} because no identity-based policy allows the ${action} action`,
  );

/** For a key of the caller's account, where AWS names the kind of policy. */
export const deniedByKeyPolicy = (call: Call, action: string, { arn, explicitly }: Refusal) =>
  denied(
    call,
    action,
    explicitly
      ? `on resource: ${arn} with an explicit deny in a resource-based policy`
      : `on resource: ${arn} because no resource-based policy allows the ${action} action`,
  );

const hiddenReason =
  'because the resource does not exist in this Region, no resource-based policies allow access, or a ' +
  'resource-based policy explicitly denies access';

/**
 * For another account's key. The same for a missing key, so that the error reveals nothing about other accounts.
 */
export const deniedAcrossAccounts = (call: Call, action: string) =>
  denied(call, action, `on this resource ${hiddenReason}`);

/** The same for a key that only the ciphertext names. */
export const deniedByCiphertext = (call: Call, action: string) =>
  denied(call, action, `on the resource associated with this ciphertext ${hiddenReason}`);
