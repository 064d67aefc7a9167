/**
 * Stores checkpoints of timelines in the backup bucket, which is versioned: an object per day, and a copy of the
 * latest.
 */
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { SealedCheckpoint } from '#lib/model/checkpoint.ts';
import type { CheckpointStore } from '#lib/model/ports.ts';
import { inBackupBucket, s3, unavailable } from './s3.ts';

const at = (teamId: string, name: string) => inBackupBucket(`checkpoints/${teamId}/${name}.json`);

/** Throws `Transient` while S3 does not respond. */
export const checkpointObjects = (): CheckpointStore => ({
  readCheckpoint: async (teamId) => {
    try {
      const { Body } = await s3().send(new GetObjectCommand(at(teamId, 'latest')));
      return JSON.parse((await Body?.transformToString()) ?? 'null') as SealedCheckpoint | null;
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return null;
      throw unavailable(error);
    }
  },

  storeCheckpoint: async (checkpoint) => {
    const { team, sealedAt } = checkpoint.statement;
    const Body = JSON.stringify(checkpoint);
    try {
      for (const name of [sealedAt.slice(0, 10), 'latest'])
        await s3().send(new PutObjectCommand({ ...at(team, name), Body, ContentType: 'application/json' }));
    } catch (error) {
      throw unavailable(error);
    }
  },
});
