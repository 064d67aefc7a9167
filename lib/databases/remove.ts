/** Removes a database: on request, or because its provisioning failed. Both share the steps, which are idempotent. */

import { log } from '#lib/log.ts';
import { configVarOf } from '#lib/model/app.ts';
import type { LastBackup } from '#lib/model/backup.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import type { Part } from '#lib/model/items/bounds.ts';
import type { Change } from '#lib/model/items/change.ts';
import { databaseRemoved, databaseSaved } from '#lib/model/items/databases.ts';
import { databasesCounted } from '#lib/model/items/keys.ts';
import { watchEnded } from '#lib/model/items/watched.ts';
import type { OutboxMessage } from '#lib/model/outbox-message.ts';
import { assertDone, detailOf } from '#lib/model/outcome.ts';
import type { GrantIssuer, Needs, NeedsFleet } from '#lib/model/ports.ts';
import { Problem, wrongState } from '#lib/model/problem.ts';
import { requireDatabase } from '#lib/model/require.ts';
import { assertNotPromoting } from './attach.ts';
import { subjectOf } from './create.ts';
import { type DetachDeps, detachAll, detachBatchWith } from './detach-all.ts';
import type { DatabaseRef, ProvisionDeps } from './provision.ts';

export type DestroyDeps = ProvisionDeps &
  DetachDeps &
  Needs<'findDatabase'> & {
    /** Absent if the deployment takes no backups. */
    readonly lastBackupOf?: LastBackup;
  };

export interface DestroyRequest {
  readonly teamId: string;
  readonly database: string;
  /** The database's name; required while it is attached to an app. */
  readonly confirm?: string | undefined;
  /** Whether to take a last backup first. */
  readonly backup?: boolean | undefined;
  readonly actor: Actor;
}

/**
 * Returns the database while it is being destroyed. A repeated request continues after a failed execution. Throws
 * `not_found`, `confirmation_required`, `wrong_state` while it is being created, and for a last backup `key_unusable`.
 */
export const destroyDatabase =
  (deps: DestroyDeps) =>
  (request: DestroyRequest): Promise<Database> =>
    retryOnConflict(async () => {
      const database = await requireDatabase(deps)(request.teamId, request.database);
      assertDestroyable(database, request.confirm);
      const lastBackup = request.backup ? await beginLastBackup(deps, database, request.actor) : null;
      const at = deps.now();
      const base = destructionPart({ before: database, lastBackup, actor: request.actor, at });
      return detachBatchWith(deps, { ...database, status: 'destroying', fork: null }, { base, at });
    }).then(async (destroying) => {
      await detachAll(deps)(destroying).catch((error: unknown) => {
        log.warn('The destroy-database execution detaches the remaining apps', {
          databaseId: destroying.id,
          error: error as Error,
        });
      });
      return { ...destroying, attachments: [] };
    });

function beginLastBackup({ lastBackupOf }: DestroyDeps, database: Database, actor: Actor): ReturnType<LastBackup> {
  if (!lastBackupOf) throw new Problem('internal', 'This deployment takes no backups');
  return lastBackupOf(database, actor);
}

interface DestructionInput {
  readonly before: Database;
  readonly lastBackup: Awaited<ReturnType<LastBackup>> | null;
  readonly actor: Actor;
  readonly at: Date;
}

function destructionPart({ before, lastBackup, actor }: DestructionInput): Part {
  const { name } = before;
  const watch = before.fork ? [watchEnded(before)] : [];
  return {
    changes: [...watch, ...(lastBackup?.changes ?? [])],
    entries: [
      ...(lastBackup ? [lastBackup.entry] : []),
      { type: 'DatabaseDestroying', actor, subject: subjectOf(before), data: { name } },
    ],
    effects: [destructionOf(before, lastBackup?.backup.id)],
  };
}

/** The workflow that destroys a database, named after the version that the destruction begins from. */
export const destructionOf = (
  { teamId, id, version }: Database,
  backupId?: string,
): Extract<OutboxMessage, { kind: 'workflow' }> => ({
  kind: 'workflow',
  machine: 'destroy-database',
  name: `${id}-${version}`,
  input: { teamId, databaseId: id, ...(backupId ? { backupId } : {}) },
});

function assertDestroyable(database: Database, confirm: string | undefined): void {
  const { name, status, attachments } = database;
  assertNotPromoting(database);
  if (status === 'creating')
    throw wrongState(status, `Database ${name} is still being created. Wait until it is available or failed.`);
  if (attachments.length === 0 || confirm === name) return;
  const used = attachments.map((attachment) => configVarOf(attachment.name)).join(', ');
  throw new Problem(
    'confirmation_required',
    `Database ${name} is attached as ${used}, and destroying it loses its data. Repeat with confirm=${name}.`,
    { confirm: name },
  );
}

/** A database that serves is not removed, even if the response of its last provisioning step was lost. */
const isBeingDestroyed = ({ status }: Database): boolean =>
  status === 'creating' || status === 'failed' || status === 'destroying';

/**
 * Terminates the server of a database that is being removed, after its apps were detached. Other servers are not
 * touched.
 */
export const terminateServer =
  (deps: ProvisionDeps & DetachDeps & NeedsFleet<'terminate'>) =>
  async (ref: DatabaseRef): Promise<void> => {
    const database = await deps.databaseById(ref.teamId, ref.databaseId);
    if (database) await detachAll(deps)(database);
    if (database && isBeingDestroyed(database)) assertDone(await (await deps.fleet()).terminate([database.serverId]));
  };

/** Finds a grant by its name if it was created but its id could not be committed. */
const findGrantId = async (
  deps: Pick<GrantIssuer, 'findGrant'>,
  { grantId, status, id }: Database,
  keyArn: string,
): Promise<string | null> => grantId ?? (status === 'creating' ? await deps.findGrant(keyArn, id) : null);

/** Grants that an AWS service creates for its volumes end with the volumes (design note 008). */
export const retireGrant =
  (deps: ProvisionDeps & Pick<GrantIssuer, 'retireGrant' | 'findGrant'> & { readonly serviceGrants: () => boolean }) =>
  (ref: DatabaseRef): Promise<void> =>
    retryOnConflict(async () => {
      const database = await deps.databaseById(ref.teamId, ref.databaseId);
      if (!database?.keyArn || !isBeingDestroyed(database) || deps.serviceGrants()) return;
      const { keyArn, teamId } = database;
      const grantId = await findGrantId(deps, database, keyArn);
      if (!grantId) return;
      const retired = await deps.retireGrant(keyArn, grantId);
      const data = { arn: keyArn, grantId, retired };
      await deps.commit({
        teamId,
        at: deps.now(),
        changes: [databaseSaved({ ...database, grantId: null })],
        entries: [{ type: 'GrantRetired', actor: workflowActor, subject: subjectOf(database), data }],
      });
    });

const workflowActor: Actor = { kind: 'workflow', id: 'destroy-database' };

/** The last step of a destruction: releases the name and decrements the key's count of databases. */
export const forgetDatabase =
  (deps: ProvisionDeps) =>
  (ref: DatabaseRef): Promise<void> =>
    retryOnConflict(async () => {
      const database = await deps.databaseById(ref.teamId, ref.databaseId);
      if (!database) return;
      const data = { name: database.name };
      await deps.commit({
        teamId: ref.teamId,
        at: deps.now(),
        changes: [...databaseRemoved(database), ...countRemoved(database)],
        entries: [{ type: 'DatabaseDestroyed', actor: workflowActor, subject: subjectOf(database), data }],
      });
    });

const countRemoved = ({ teamId, keyId }: Database): Change[] =>
  keyId ? [databasesCounted({ teamId, keyId }, -1)] : [];

export interface MarkFailed extends DatabaseRef {
  /** The error as Step Functions caught it. */
  readonly error: { readonly Error: string; readonly Cause?: string | undefined };
}

/**
 * The last step of an undone provisioning: stores the failure. Does nothing for a database that was provisioned or
 * destroyed in the meantime, so that the execution can end.
 */
export const markFailed =
  (deps: ProvisionDeps) =>
  ({ error, ...ref }: MarkFailed): Promise<void> =>
    retryOnConflict(async () => {
      const database = await deps.databaseById(ref.teamId, ref.databaseId);
      if (database?.status !== 'creating') return;
      const at = deps.now();
      const failure = { reason: error.Error, detail: detailOf(error.Cause), at: at.toISOString() };
      const data = { name: database.name, reason: failure.reason, detail: failure.detail };
      await deps.commit({
        teamId: ref.teamId,
        at,
        changes: [
          databaseSaved({
            ...database,
            status: 'failed',
            server: 'stopped',
            service: 'stopped',
            endpoint: null,
            failure,
            fork: null,
          }),
          ...(database.fork ? [watchEnded(database)] : []),
        ],
        entries: [{ type: 'DatabaseFailed', actor: workflowActor, subject: subjectOf(database), data }],
      });
    });
