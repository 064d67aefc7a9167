/** Encrypts small secrets with KMS, and manages grants for the data plane. `kms-probe.ts` probes keys. */

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

/** Few SDK retries, because state machines and the sweep retry too. */
const limits = { maxAttempts: 2, requestHandler: { requestTimeout: 5000, connectionTimeout: 2000 } };

export const clientOptions = () => ({ ...limits, ...roleCredentials() });

export const controlPlaneKms = (): KMSClient => {
  controlPlane ??= new KMSClient({ region: keyConfig().AWS_REGION, ...clientOptions() });
  return controlPlane;
};

/** The client of the principal that uses the volumes; the function's own role if the deployment sets no other. */
export const dataPlaneKms = (): KMSClient => {
  if (dataPlane) return dataPlane;
  const { AWS_REGION, DATA_PLANE_ACCESS_KEY_ID, DATA_PLANE_SECRET_ACCESS_KEY } = dataPlaneConfig();
  const credentials = DATA_PLANE_ACCESS_KEY_ID
    ? { credentials: { accessKeyId: DATA_PLANE_ACCESS_KEY_ID, secretAccessKey: DATA_PLANE_SECRET_ACCESS_KEY ?? '' } }
    : roleCredentials();
  dataPlane = new KMSClient({ region: AWS_REGION, ...limits, ...credentials });
  return dataPlane;
};

export const keyVault = (): KeyVault => ({
  /** Returns the ciphertext in base64. Throws `key_unusable`, `Transient`. */
  encrypt: async (keyArn: string, secret: Secret, context: Context): Promise<string> => {
    const command = new EncryptCommand({
      KeyId: keyArn,
      Plaintext: Buffer.from(secret.reveal()),
      EncryptionContext: context,
    });
    const { CiphertextBlob } = await translateRefusal(controlPlaneKms().send(command), keyArn);
    return Buffer.from(CiphertextBlob ?? []).toString('base64');
  },

  /** Throws `key_unusable`, `Transient`. */
  decrypt: async (keyArn: string, sealed: string, context: Context): Promise<Secret> => {
    const command = new DecryptCommand({
      KeyId: keyArn,
      CiphertextBlob: Buffer.from(sealed, 'base64'),
      EncryptionContext: context,
    });
    const { Plaintext } = await translateRefusal(controlPlaneKms().send(command), keyArn);
    return new Secret(Buffer.from(Plaintext ?? []).toString());
  },
});
export const grantIssuer = (): GrantIssuer => ({
  /**
   * Allows the data plane to use the key for one database and returns the grant's id. The name makes a repeat return
   * the same grant.
   */
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
    const { GrantId } = await translateRefusal(dataPlaneKms().send(command), keyArn);
    return GrantId ?? '';
  },

  /** The id of the database's grant, or null. Neither the key's policy nor its state restricts this call. */
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

  /**
   * Returns false if the key's state forbids it: the grant then ends with the key. A grant that does not exist counts
   * as retired.
   */
  retireGrant: async (keyArn: string, grantId: string): Promise<boolean> => {
    try {
      await dataPlaneKms().send(new RetireGrantCommand({ KeyId: keyArn, GrantId: grantId }));
      return true;
    } catch (error) {
      const failure = kmsFailure(error);
      if (failure.kind === 'not_found') return true;
      if (failure.kind === 'unknown' && failure.cause !== 'key_store_unavailable')
        throw new Transient('KMS does not respond', { cause: error });
      return false;
    }
  },
});
async function translateRefusal<T>(response: Promise<T>, keyArn: string): Promise<T> {
  try {
    return await response;
  } catch (error) {
    const failure = kmsFailure(error);
    if (failure.kind === 'unknown') throw new Transient('KMS does not respond', { cause: error });
    throw new Problem(
      'key_unusable',
      `The key ${keyArn} is unusable now. Make it usable again in its own account, then repeat.`,
      { cause: failure.kind === 'unusable' ? failure.cause : 'access_denied' },
    );
  }
}
