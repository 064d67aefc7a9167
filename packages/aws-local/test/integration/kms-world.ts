/**
 * KMS behind an endpoint, in a temporary folder, with a clock that can jump, and SDK clients of any account and Region.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KMSClient } from '@aws-sdk/client-kms';
import { startAwsEndpoint } from '../../src/endpoint/endpoint.ts';
import { createKms, type KmsEmulator } from '../../src/kms/kms.ts';
import { createSts } from '../../src/sts.ts';
import { callerOf, region } from '../../test-support/accounts.ts';

interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

export interface KmsWorld {
  readonly kms: KmsEmulator;
  /** Closed with the world. */
  client(accessKeyId: string, inRegion?: string): KMSClient;
  /** By which requests are signed, for other SDK clients. */
  settings(accessKeyId: string, inRegion?: string): ClientSettings;
  now(): Date;
  passDays(days: number): void;
  close(): Promise<void>;
}

export async function openKmsWorld(): Promise<KmsWorld> {
  const dir = mkdtempSync(join(tmpdir(), 'aws-local-kms-'));
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);
  const kms = await createKms({ dir, now });
  const endpoint = await startAwsEndpoint({ port: 0, services: { kms, sts: createSts() }, callerOf });
  const clients: KMSClient[] = [];
  const settings: KmsWorld['settings'] = (accessKeyId, inRegion = region) => ({
    endpoint: endpoint.url,
    region: inRegion,
    credentials: { accessKeyId, secretAccessKey: 'any' },
    maxAttempts: 1,
  });
  return {
    ...{ kms, now },
    settings,
    client(...signer) {
      const client = new KMSClient(settings(...signer));
      clients.push(client);
      return client;
    },
    passDays(days) {
      ahead += days * 86_400_000;
    },
    async close() {
      for (const client of clients) client.destroy();
      await endpoint.close();
      await kms.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
