/** Preconditions of a test: available databases, clients, lockouts in a state. */
import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { DatabaseView } from '#lib/contracts/databases.ts';
import type { LockoutView } from '#lib/contracts/lockouts.ts';
import type { Database } from '#lib/model/database.ts';
import type { LockoutState } from '#lib/model/lockout-state.ts';
import type { Infer } from '#lib/model/schema.ts';
import { databaseStore } from '#lib/store/databases.ts';
import type { Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';

export type DatabaseResponse = Infer<typeof DatabaseView>;
export type LockoutResponse = Infer<typeof LockoutView>;

let count = 0;

/** Created and available, under this key, or the platform's. */
export async function aServingDatabase(
  platform: Platform,
  { key, ...changes }: { key?: string; name?: string; app?: string } = {},
): Promise<DatabaseResponse> {
  count += 1;
  const body = {
    name: `given-${count}`,
    plan: 'private-7',
    app: 'your-app-name',
    ...(key ? { encryptionKey: key } : {}),
    ...changes,
  };
  const { status, body: made } = await platform.ask<DatabaseResponse>('POST /v1/databases', { body });
  if (status !== 202) throw new Error(JSON.stringify(made));
  return inStatus(platform, made.id, 'available');
}

export const inStatus = (
  platform: Platform,
  id: string,
  status: DatabaseResponse['status'],
): Promise<DatabaseResponse> =>
  until(`${id} is ${status}`, async () => {
    const { body } = await platform.ask<DatabaseResponse>(`GET /v1/databases/${id}`);
    if (body.status === 'failed' && status !== 'failed')
      throw new Error(`${id} failed: ${JSON.stringify(body.failure)}`);
    return body.status === status && body;
  });

/** The row, which has more members than the API shows. */
export const rowOf = async (platform: Platform, id: string): Promise<Database> => {
  const row = await databaseStore().databaseById(platform.teamId, id);
  if (!row) throw new Error(`There is no row of ${id}`);
  return row;
};

export const urlsOf = async (platform: Platform, id: string): Promise<{ url: string; tlsUrl: string }> =>
  (await platform.ask<{ url: string; tlsUrl: string }>(`GET /v1/databases/${id}/credentials`)).body;

/** The folder on disk of a database's server. */
export const folderOf = (platform: Platform, { serverId }: Pick<Database, 'serverId'>): string =>
  join(platform.cloud.environment.FLEET_DIR ?? '', serverId);

/** Sends one command to a database; throws if it cannot be reached. */
export async function withRedis<T>(
  url: string,
  work: (redis: Redis) => Promise<T>,
  options: { tls?: { ca: string } } = {},
): Promise<T> {
  const once = {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    disconnectTimeout: 20,
  } as const;
  const redis = new Redis(url, { ...once, ...options });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

export const lockoutIn = (platform: Platform, keyArn: string, state: LockoutState): Promise<LockoutResponse> =>
  until(`the lockout of ${keyArn} is ${state}`, async () => {
    const { body } = await platform.ask<{ items: LockoutResponse[] }>('GET /v1/lockouts');
    const newest = body.items.find(({ key }) => key.arn === keyArn);
    return newest?.state === state && newest;
  });

/** The public key of the evidence key as PEM, as KMS gives it to every account. */
export async function evidenceKeyOf(platform: Platform): Promise<string> {
  const { PublicKey } = await platform.kms('GetPublicKey', { KeyId: platform.cloud.environment.EVIDENCE_KEY_ARN });
  const der = Buffer.from(String(PublicKey), 'base64');
  return String(createPublicKey({ key: der, format: 'der', type: 'spki' }).export({ type: 'spki', format: 'pem' }));
}
