/** Taking a database away: on request (destroy), or because its provisioning failed (undo). The steps are shared and may run twice. */

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
import { assertDone, detailOf } from '#lib/model/outcome.ts';
import type { GrantIssuer, Needs } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { requireDatabase } from '#lib/model/require.ts';
import { subjectOf } from './create.ts';
import { type DetachDeps, detachAll, detachingSome } from './detach-all.ts';
import type { DatabaseRef, FleetDeps, ProvisionDeps } from './provision.ts';

export type DestroyDeps = ProvisionDeps &
  DetachDeps &
  Needs<'findDatabase'> & {
    /** Where a last backup can be asked for. */
    readonly lastBackupOf?: LastBackup;
  };

export interface DestroyRequest {
  readonly teamId: string;
  readonly database: string;
  /** The database's own name; needed while it is attached to an app. */
  readonly confirm?: string | undefined;
  /** A last backup first; without it the data stays. */
  readonly backup?: boolean | undefined;
  readonly actor: Actor;
}

/** The database, being destroyed. Asking again starts over what a failed execution left. Throws `not_found`, `confirmation_required`, `wrong_state` while it's being created, and for a last backup `key_unusable`. */
export const destroyDatabase =
  (deps: DestroyDeps) =>
  (request: DestroyRequest): Promise<Database> =>
    retryOnConflict(async () => {
      const database = await requireDatabase(deps)(request.teamId, request.database);
      refuseToDestroy(database, request.confirm);
      const last = request.backup ? await begun(deps, database, request.actor) : null;
      const at = deps.now();
      const base = destruction({ before: database, last, actor: request.actor, at });
      return detachingSome(deps, { ...database, status: 'destroying', fork: null }, { base, at });
    }).then(async (destroying) => {
      await detachAll(deps)(destroying).catch((error: unknown) => {
        log.warn('The destruction detaches the rest', { databaseId: destroying.id, error: error as Error });
      });
      return { ...destroying, attachments: [] };
    });

function begun({ lastBackupOf }: DestroyDeps, database: Database, actor: Actor): ReturnType<LastBackup> {
  if (!lastBackupOf) throw new Problem('internal', 'Nobody takes last backups here');
  return lastBackupOf(database, actor);
}

interface Destruction {
  readonly before: Database;
  readonly last: Awaited<ReturnType<LastBackup>> | null;
  readonly actor: Actor;
  readonly at: Date;
}

function destruction({ before, last, actor }: Destruction): Part {
  const { teamId, id: databaseId, name, version } = before;
  const input = { teamId, databaseId, ...(last ? { backupId: last.backup.id } : {}) };
  const watch = before.fork ? [watchEnded(before)] : [];
  return {
    changes: [...watch, ...(last?.changes ?? [])],
    entries: [
      ...(last ? [last.entry] : []),
      { type: 'DatabaseDestroying', actor, subject: subjectOf(before), data: { name } },
    ],
    effects: [{ kind: 'workflow', machine: 'destroy-database', name: `${databaseId}-${version}`, input }],
  };
}

function refuseToDestroy(database: Database, confirm: string | undefined): void {
  const { name, status, attachments } = database;
  if (database.promotion || database.handoverTo)
    throw new Problem('wrong_state', `A promotion with database ${name} is under way. Wait until it is through.`, {
      state: 'promoting',
    });
  if (status === 'creating')
    throw new Problem('wrong_state', `Database ${name} is still being created. Wait until it is available or failed.`, {
      state: status,
    });
  if (attachments.length === 0 || confirm === name) return;
  const used = attachments.map((attachment) => configVarOf(attachment.name)).join(', ');
  throw new Problem(
    'confirmation_required',
    `Database ${name} is attached as ${used}, and destroying it loses its data. Repeat with confirm=${name}.`,
    { confirm: name },
  );
}

/** A provisioning that reached its end is undone by nobody, though the last step's answer was lost: then the database serves. */
const isBeingDestroyed = ({ status }: Database): boolean =>
  status === 'creating' || status === 'failed' || status === 'destroying';

/**
 * Terminates the server of a database that is being removed, after its apps were detached. Other servers are not
 * touched.
 */
export const terminateServer =
  (deps: FleetDeps & DetachDeps) =>
  async (ref: DatabaseRef): Promise<void> => {
    const database = await deps.databaseById(ref.teamId, ref.databaseId);
    if (database) await detachAll(deps)(database);
    if (database && isBeingDestroyed(database)) assertDone(await (await deps.fleet()).terminate([database.serverId]));
  };

/** A grant that was made, but whose id nobody could record, is looked for by its name. */
const grantOf = async (
  deps: Pick<GrantIssuer, 'findGrant'>,
  { grantId, status, id }: Database,
  keyArn: string,
): Promise<string | null> => grantId ?? (status === 'creating' ? await deps.findGrant(keyArn, id) : null);

export const retireGrant =
  (deps: ProvisionDeps & Pick<GrantIssuer, 'retireGrant' | 'findGrant'>) =>
  (ref: DatabaseRef): Promise<void> =>
    retryOnConflict(async () => {
      const database = await deps.databaseById(ref.teamId, ref.databaseId);
      if (!database?.keyArn || !isBeingDestroyed(database)) return;
      const { keyArn, teamId } = database;
      const grantId = await grantOf(deps, database, keyArn);
      if (!grantId) return;
      const retired = await deps.retireGrant(keyArn, grantId);
      await deps.commit({
        teamId,
        at: deps.now(),
        changes: [databaseSaved({ ...database, grantId: null })],
        entries: [
          {
            type: 'GrantRetired',
            actor: workflowActor,
            subject: subjectOf(database),
            data: { arn: keyArn, grantId, retired },
          },
        ],
      });
    });

const workflowActor: Actor = { kind: 'workflow', id: 'destroy-database' };

/** The last step of a destroy: the name is free again, and the key has one database less. */
export const forgetDatabase =
  (deps: ProvisionDeps) =>
  (ref: DatabaseRef): Promise<void> =>
    retryOnConflict(async () => {
      const database = await deps.databaseById(ref.teamId, ref.databaseId);
      if (!database) return;
      await deps.commit({
        teamId: ref.teamId,
        at: deps.now(),
        changes: [...databaseRemoved(database), ...uncounted(database)],
        entries: [
          {
            type: 'DatabaseDestroyed',
            actor: workflowActor,
            subject: subjectOf(database),
            data: { name: database.name },
          },
        ],
      });
    });

const uncounted = ({ teamId, keyId }: Database): Change[] => (keyId ? [databasesCounted({ teamId, keyId }, -1)] : []);

export interface MarkFailed extends DatabaseRef {
  /** The error as Step Functions caught it: a name and a text. */
  readonly error: { readonly Error: string; readonly Cause?: string | undefined };
}

/**
 * The last step of an undone provisioning: what it made is gone, the record says why, and the name is free once it's destroyed. Nothing is left
 * to say of one that reached its end after all, or was even destroyed since: else the undo would be tried for ever.
 */
export const markFailed =
  (deps: ProvisionDeps) =>
  ({ error, ...ref }: MarkFailed): Promise<void> =>
    retryOnConflict(async () => {
      const database = await deps.databaseById(ref.teamId, ref.databaseId);
      if (database?.status !== 'creating') return;
      const at = deps.now();
      const failure = { reason: error.Error, detail: detailOf(error.Cause), at: at.toISOString() };
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
        entries: [
          {
            type: 'DatabaseFailed',
            actor: workflowActor,
            subject: subjectOf(database),
            data: { name: database.name, ...pick(failure) },
          },
        ],
      });
    });

const pick = ({ reason, detail }: { reason: string; detail: string }) => ({ reason, detail });
