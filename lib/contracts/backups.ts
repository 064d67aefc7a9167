/** Backups of databases. A restore is the creation of a database (`backup`). */
import * as z from 'zod/mini';
import type { ShownBackup } from '#lib/backups/list.ts';
import { backupStatuses, triggers } from '#lib/model/backup.ts';
import { type Infer, lazily, lazyObject, lazyStrictObject } from '#lib/model/schema.ts';
import { nameOrId, operation, pageOf, pageQuery, time } from './operation.ts';

const params = lazyStrictObject(() => ({
  database: nameOrId().check(z.describe('Name or id; a database that no longer exists is named by its id')),
}));
const backupParams = lazily(() => z.extend(params(), { backup: nameOrId().check(z.describe("The backup's id")) }));

export const BackupView = lazyObject(() => ({
  id: z.string(),
  database: z.object({ id: z.string(), name: z.string() }),
  plan: z.string(),
  key: z
    .nullable(z.object({ id: z.string(), arn: z.string() }))
    .check(z.describe("The customer key that encrypts the backup; null for the platform's key")),
  status: z.enum(backupStatuses),
  readable: z
    .nullable(z.boolean())
    .check(
      z.describe(
        'Whether the backup can be restored now: false while its key is unusable; null if its key is no longer ' +
          'registered, because KMS decides',
      ),
    ),
  trigger: z.enum(triggers).check(z.describe('Why the backup was taken')),
  sizeBytes: z.nullable(z.int()).check(z.describe('The size of the stored ciphertext')),
  memoryBytes: z.nullable(z.int()).check(z.describe('The memory that a plan must have for the data')),
  createdAt: time(),
  finishedAt: z.nullable(time()),
  expiresAt: time().check(
    z.describe(
      'When the backup is removed, whether its database exists or not; surplus scheduled backups are removed earlier',
    ),
  ),
  failure: z.nullable(z.object({ reason: z.string(), detail: z.string() })),
}));

export const backupView = ({
  databaseId,
  databaseName,
  keyId,
  keyArn,
  objectBytes,
  ...backup
}: ShownBackup): Infer<typeof BackupView> => ({
  ...backup,
  database: { id: databaseId, name: databaseName },
  key: keyId && keyArn ? { id: keyId, arn: keyArn } : null,
  sizeBytes: objectBytes,
});

export const CreateBackup = operation({
  id: 'createBackup',
  route: 'POST /v1/databases/{database}/backups',
  summary:
    "Starts a backup of a database that serves, encrypted under the database's own key; its clients stay connected",
  scope: 'write',
  params,
  response: BackupView,
  status: 202,
  locatedBy: 'id',
  problems: ['quota_exceeded', 'not_found', 'wrong_state', 'key_unusable', 'key_degraded'],
});

export const ListBackups = operation({
  id: 'listBackups',
  route: 'GET /v1/databases/{database}/backups',
  summary: "A database's backups, newest first; a database that no longer exists is named by its id",
  scope: 'read',
  params,
  query: pageQuery,
  response: () => pageOf(BackupView()),
});

export const GetBackup = operation({
  id: 'getBackup',
  route: 'GET /v1/databases/{database}/backups/{backup}',
  summary: 'A backup',
  scope: 'read',
  params: backupParams,
  response: BackupView,
});

export const RemoveBackup = operation({
  id: 'removeBackup',
  route: 'DELETE /v1/databases/{database}/backups/{backup}',
  summary: 'Removes a backup permanently, whether its key is usable or not',
  scope: 'write',
  params: backupParams,
  problems: ['wrong_state'],
});
