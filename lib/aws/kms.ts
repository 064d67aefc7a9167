/** KMS, as the domain needs it: small secrets under a key, grants for the data plane. Probing a key is `kms-probe.ts`. */

import {
  CreateGrantCommand,
  DecryptCommand,
  EncryptCommand,
  KMSClient,
  paginateListRetirableGrants,
  RetireGrantCommand,
} from '@aws-sdk/client-kms';
import { dataPlaneConfig, keyConfig } from '#lib/config.ts';
import { type GrantRequest, grantOperations } from '#lib/model/grant.ts';
import type { Context } from '#lib/model/key.ts';
import type { GrantIssuer, KeyVault } from '#lib/model/ports.ts';
import { Problem, Transient } from '#lib/model/problem.ts';
import { Secret } from '#lib/model/secret.ts';
import { roleCredentials } from './credentials.ts';
import { kmsFailure } from './kms-errors.ts';

let controlPlane: KMSClient | undefined;
let dataPlane: KMSClient | undefined;

/** Few SDK retries: state machines and the sweep come again by themselves. */
const patience = { maxAttempts: 2, requestHandler: { requestTimeout: 5000, connectionTimeout: 2000 } };

export const controlPlaneKms = (): KMSClient => {
  controlPlane ??= new KMSClient({ region: keyConfig().AWS_REGION, ...patience, ...roleCredentials() });
  return controlPlane;
};

/** The client of the principal that volumes are used by; the function's own role where the deployment sets no other. */
export const dataPlaneKms = (): KMSClient => {
  if (dataPlane) return dataPlane;
  const { AWS_REGION, DATA_PLANE_ACCESS_KEY_ID, DATA_PLANE_SECRET_ACCESS_KEY } = dataPlaneConfig();
  const credentials = DATA_PLANE_ACCESS_KEY_ID
    ? { credentials: { accessKeyId: DATA_PLANE_ACCESS_KEY_ID, secretAccessKey: DATA_PLANE_SECRET_ACCESS_KEY ?? '' } }
    : roleCredentials();
  dataPlane = new KMSClient({ region: AWS_REGION, ...patience, ...credentials });
  return dataPlane;
};

export const keyVault = (): KeyVault => ({
  /** Ciphertext of a small secret under a key, in base64. Throws `key_unusable`, `Transient`. */
  encrypt: async (keyArn: string, secret: Secret, context: Context): Promise<string> => {
    const command = new EncryptCommand({
      KeyId: keyArn,
      Plaintext: Buffer.from(secret.reveal()),
      EncryptionContext: context,
    });
    const { CiphertextBlob } = await refusedAsProblem(controlPlaneKms().send(command), keyArn);
    return Buffer.from(CiphertextBlob ?? []).toString('base64');
  },

  /** The secret behind a ciphertext. Throws `key_unusable`, `Transient`. */
  decrypt: async (keyArn: string, sealed: string, context: Context): Promise<Secret> => {
    const command = new DecryptCommand({
      KeyId: keyArn,
      CiphertextBlob: Buffer.from(sealed, 'base64'),
      EncryptionContext: context,
    });
    const { Plaintext } = await refusedAsProblem(controlPlaneKms().send(command), keyArn);
    return new Secret(Buffer.from(Plaintext ?? []).toString());
  },
});
export const grantIssuer = (): GrantIssuer => ({
  /** Lets the data plane use the key for one database only. The name makes a repeat answer the same grant. Answers its id. */
  createGrant: async ({ keyArn, databaseId, context }: GrantRequest): Promise<string> => {
    const { DATA_PLANE_ROLE_ARN } = dataPlaneConfig();
    const command = new CreateGrantCommand({
      KeyId: keyArn,
      Name: databaseId,
      GranteePrincipal: DATA_PLANE_ROLE_ARN,
      RetiringPrincipal: DATA_PLANE_ROLE_ARN,
      Operations: [...grantOperations],
      Constraints: { EncryptionContextSubset: context },
    });
    const { GrantId } = await refusedAsProblem(dataPlaneKms().send(command), keyArn);
    return GrantId ?? '';
  },

  /** The id of the grant of that name; null when there is none. The key's policy has no say in it, nor has the key's state. */
  findGrant: async (keyArn: string, databaseId: string): Promise<string | null> => {
    const pages = paginateListRetirableGrants(
      { client: dataPlaneKms(), pageSize: 100 },
      { RetiringPrincipal: dataPlaneConfig().DATA_PLANE_ROLE_ARN },
    );
    for await (const { Grants = [] } of pages) {
      const grant = Grants.find(({ KeyId, Name }) => KeyId === keyArn && Name === databaseId);
      if (grant?.GrantId) return grant.GrantId;
    }
    return null;
  },

  /** False when the key's own state forbids it: the grant then lasts no longer than the key. A grant that is gone is retired. */
  retireGrant: async (keyArn: string, grantId: string): Promise<boolean> => {
    try {
      await dataPlaneKms().send(new RetireGrantCommand({ KeyId: keyArn, GrantId: grantId }));
      return true;
    } catch (error) {
      const failure = kmsFailure(error);
      if (failure.kind === 'not_found') return true;
      if (failure.kind === 'unknown' && failure.cause === 'kms_unreachable')
        throw new Transient('KMS does not answer', { cause: error });
      return false;
    }
  },
});
async function refusedAsProblem<T>(answer: Promise<T>, keyArn: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const failure = kmsFailure(error);
    if (failure.kind === 'unknown') throw new Transient('KMS does not answer', { cause: error });
    throw new Problem(
      'key_unusable',
      `The key ${keyArn} is unusable now. Make it usable again in its own account, then repeat.`,
      {
        cause: failure.kind === 'unusable' ? failure.cause : 'access_denied',
      },
    );
  }
}
