/** A database's data at one moment, as ciphertext in the store. It outlives its database, until its days are over. */

import type { Database } from './database.ts';
import type { Actor, NewEntry } from './entry.ts';
import type { BackupRef } from './fleet.ts';
import type { Change } from './items/change.ts';
import type { Plan } from './plans.ts';

/**
 * `pending`: being taken. `available`: in the store, whole. `failed`: nothing is stored. `removing`: its days are
 * over; it can't be used.
 */
export type BackupStatus = 'pending' | 'available' | 'failed' | 'removing';
export const backupStatuses = ['pending', 'available', 'failed', 'removing'] as const satisfies readonly BackupStatus[];

/** What it was taken for. Only scheduled ones are kept by count. */
export type Trigger = 'request' | 'schedule' | 'destroy';
export const triggers = ['request', 'schedule', 'destroy'] as const satisfies readonly Trigger[];

export interface Backup {
  readonly id: string;
  readonly teamId: string;
  readonly databaseId: string;
  readonly databaseName: string;
  readonly plan: string;
  /** The customer's key at that time; both null under the platform's key. */
  readonly keyId: string | null;
  readonly keyArn: string | null;
  readonly trigger: Trigger;
  readonly status: BackupStatus;
  readonly objectKey: string;
  /** The stored ciphertext's size; null until it's stored. */
  readonly objectBytes: number | null;
  /** The service's memory when it was saved: what a plan must have room for. */
  readonly memoryBytes: number | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  /** When its days are over. */
  readonly expiresAt: string;
  readonly failure: { readonly reason: string; readonly detail: string } | null;
  readonly version: number;
}

/** As the fleet knows it. */
export const refOf = ({ id, teamId, databaseId, keyArn, objectKey }: Backup, platformKeyArn: string): BackupRef => ({
  backupId: id,
  teamId,
  databaseId,
  keyArn: keyArn ?? platformKeyArn,
  objectKey,
});

export const subjectOf = ({ id, databaseId, keyId }: Pick<Backup, 'id' | 'databaseId' | 'keyId'>) => ({
  backupId: id,
  databaseId,
  ...(keyId ? { keyId } : {}),
});

export interface RestoreRequest {
  readonly teamId: string;
  readonly backup: string;
  readonly plan: Plan;
  readonly withKey: boolean;
}

export interface Beginning {
  readonly database: Database;
  readonly trigger: Trigger;
  readonly actor: Actor;
}

export type LastBackup = (database: Database, actor: Actor) => Promise<NewBackup>;

/** A new backup with its changes and its timeline entry, for the caller's commit. */
export interface NewBackup {
  readonly backup: Backup;
  readonly changes: Change[];
  readonly entry: NewEntry;
}
