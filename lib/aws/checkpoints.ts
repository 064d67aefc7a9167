/**
 * Stores checkpoints of timelines in the backup bucket, which is versioned: an object per day, and a copy of the
 * latest.
 */

import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { backupConfig } from '#lib/config.ts';
import type { SealedCheckpoint } from '#lib/model/checkpoint.ts';
import type { CheckpointStore } from '#lib/model/ports.ts';
import { Transient } from '#lib/model/problem.ts';
import { roleCredentials } from './credentials.ts';

let client: S3Client | undefined;
const s3 = (): S3Client => {
  client ??= new S3Client({ maxAttempts: 3, ...roleCredentials() });
  return client;
};

const at = (teamId: string, name: string) => ({
  Bucket: backupConfig().BACKUP_BUCKET,
  Key: `checkpoints/${teamId}/${name}.json`,
});

/** Throws `Transient` while S3 does not answer. */
export const checkpointObjects = (): CheckpointStore => ({
  /** The latest checkpoint; null if there is none. */
  readCheckpoint: async (teamId: string): Promise<SealedCheckpoint | null> => {
    try {
      const { Body } = await s3().send(new GetObjectCommand(at(teamId, 'latest')));
      return JSON.parse((await Body?.transformToString()) ?? 'null') as SealedCheckpoint | null;
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return null;
      throw new Transient('S3 does not answer', { cause: error });
    }
  },

  storeCheckpoint: async (checkpoint: SealedCheckpoint): Promise<void> => {
    const { team, sealedAt } = checkpoint.statement;
    const Body = JSON.stringify(checkpoint);
    try {
      for (const name of [sealedAt.slice(0, 10), 'latest'])
        await s3().send(new PutObjectCommand({ ...at(team, name), Body, ContentType: 'application/json' }));
    } catch (error) {
      throw new Transient('S3 does not answer', { cause: error });
    }
  },
});
