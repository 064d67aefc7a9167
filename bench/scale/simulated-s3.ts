/**
 * S3 for backups of the fleet: counts each request, also those of the server and of S3 to KMS. Does not: keep bytes, or
 * fail.
 */
import type { StoredBackup, Transfers } from '#lib/aws/cloud.ts';
import type { ScaleContext } from './context.ts';

export interface SimulatedS3 extends Transfers {
  /** The server's script has uploaded the parts. */
  uploaded(backupId: string): void;
}

export function simulatedS3({ time, meter, lasting }: ScaleContext): SimulatedS3 {
  const open = new Map<string, { readonly objectKey: string; readonly backup: StoredBackup; parts: boolean }>();
  const objects = new Map<string, StoredBackup>();
  const request = async (...actions: string[]) => {
    for (const action of actions) {
      await time.sleep(lasting('s3Request'));
      meter.count(`S3 ${action}`);
    }
  };
  return {
    find: async (objectKey) => {
      await request('HeadObject');
      return objects.get(objectKey) ?? null;
    },
    beginUpload: async ({ backup: { backupId, objectKey }, bytes, memoryBytes }) => {
      await request('CreateMultipartUpload', 'PutObject');
      meter.count('KMS GenerateDataKey by S3');
      open.set(backupId, { objectKey, backup: { bytes, memoryBytes }, parts: false });
      return `https://s3.invalid/${objectKey}.parts`;
    },
    uploaded: (backupId) => {
      meter.count('S3 GetObject');
      meter.count('S3 UploadPart');
      meter.count('KMS Decrypt by S3');
      const upload = open.get(backupId);
      if (upload) upload.parts = true;
    },
    completeUpload: async (objectKey) => {
      await request('ListMultipartUploads');
      const [backupId, upload] = [...open].find(([, each]) => each.objectKey === objectKey && each.parts) ?? [];
      if (!backupId || !upload) return false;
      await request('ListParts', 'CompleteMultipartUpload', 'DeleteObject');
      meter.count('KMS Decrypt by S3');
      open.delete(backupId);
      objects.set(objectKey, upload.backup);
      return true;
    },
    downloadUrl: async (objectKey) => `https://s3.invalid/${objectKey}`,
  };
}
