/**
 * The steps of provision-database: grant, launch, start, attach. Each step reads the database again and is idempotent.
 */

import { freeName } from '#lib/apps/attachment-name.ts';
import { restartFor } from '#lib/apps/restart.ts';
import { type App, configVarOf, nextRelease } from '#lib/model/app.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Database } from '#lib/model/database.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import type { Change } from '#lib/model/items/change.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import { lockoutExpected } from '#lib/model/items/keys.ts';
import { stateExpected } from '#lib/model/items/lockouts.ts';
import { databaseContext } from '#lib/model/key.ts';
import { assertDone } from '#lib/model/outcome.ts';
import { planNamed } from '#lib/model/plans.ts';
import type { GrantIssuer, Needs, NeedsFleet } from '#lib/model/ports.ts';
import { recordedCause } from '#lib/model/present-cause.ts';
import { Problem } from '#lib/model/problem.ts';
import { requireApp, requireDatabaseById } from '#lib/model/require.ts';
import { subjectOf } from './create.ts';
import { holderOf, placeAttachment } from './placing.ts';

export type ProvisionDeps = Needs<'databaseById' | 'commit' | 'now'>;

export interface DatabaseRef {
  readonly teamId: string;
  readonly databaseId: string;
}

const actor: Actor = { kind: 'workflow', id: 'provision-database' };

/**
 * Databases under the platform's key need no grant, nor do fleets whose AWS service creates the grants for its volumes
 * itself: the key policy allows grants for AWS resources (design note 008).
 */
export const createGrant =
  (deps: ProvisionDeps & Pick<GrantIssuer, 'createGrant'> & { readonly serviceGrants: () => boolean }) =>
  (ref: DatabaseRef): Promise<void> =>
    retryOnConflict(async () => {
      const database = await requireDatabaseById(deps)(ref.teamId, ref.databaseId);
      const { keyArn, id, teamId } = database;
      if (!keyArn || database.grantId || deps.serviceGrants()) return;
      const grantId = await deps.createGrant({ keyArn, databaseId: id, context: databaseContext(teamId, id) });
      await deps.commit({
        teamId,
        at: deps.now(),
        changes: [databaseSaved({ ...database, grantId })],
        entries: [{ type: 'GrantCreated', actor, subject: subjectOf(database), data: { arn: keyArn, grantId } }],
      });
    });

export type LaunchDeps = ProvisionDeps &
  NeedsFleet<'launch' | 'describe'> & {
    readonly platformKeyArn: () => string;
    readonly findApp: (teamId: string, id: string) => Promise<App | null>;
  };

/** Launches the server in the network of the app's space. */
export const launchServer =
  (deps: LaunchDeps) =>
  (ref: DatabaseRef): Promise<void> =>
    retryOnConflict(async () => {
      const database = await requireDatabaseById(deps)(ref.teamId, ref.databaseId);
      if (database.server === 'running') return;
      const { serverId, teamId, id: databaseId, passwordSha256 } = database;
      const plan = planNamed(database.plan);
      if (!plan) throw new Problem('internal', `Plan ${database.plan} no longer exists`);
      const { memoryMb, maxClients, evictionPolicy } = plan;
      const keyArn = database.keyArn ?? deps.platformKeyArn();
      const fleet = await deps.fleet();
      const spaceId = (await deps.findApp(teamId, database.appId))?.space?.id ?? null;
      const place = { spaceId, plan: plan.name, allowPlaintext: database.allowPlaintext === true };
      assertDone(
        await fleet.launch([
          { serverId, teamId, databaseId, ...place, keyArn, passwordSha256, memoryMb, maxClients, evictionPolicy },
        ]),
      );
      const [observed] = await fleet.describe([serverId]);
      const running: Database = { ...database, server: 'running', endpoint: observed?.endpoint ?? null };
      await deps.commit({ teamId, at: deps.now(), changes: [databaseSaved(running)] });
    });

/** Installs the certificate before the service starts. */
export const startService =
  (
    deps: ProvisionDeps &
      NeedsFleet<'startServices'> & { readonly certifyServer: (database: Database) => Promise<void> },
  ) =>
  (ref: DatabaseRef): Promise<void> =>
    retryOnConflict(async () => {
      const database = await requireDatabaseById(deps)(ref.teamId, ref.databaseId);
      if (database.service === 'running') return;
      await deps.certifyServer(database);
      assertDone(await (await deps.fleet()).startServices([database.serverId]));
      const changes = [databaseSaved({ ...database, service: 'running' })];
      await deps.commit({ teamId: ref.teamId, at: deps.now(), changes });
    });

/** Starts the replication of a fork before clients can use it. Throws `wrong_state` if the leader no longer exists. */
export const followLeader =
  (deps: ProvisionDeps & NeedsFleet<'follow'>) =>
  async (ref: DatabaseRef): Promise<void> => {
    const database = await requireDatabaseById(deps)(ref.teamId, ref.databaseId);
    if (!database.fork || database.status !== 'creating') return;
    const { leaderId, leaderName } = database.fork;
    const leader = await deps.databaseById(ref.teamId, leaderId);
    if (!leader || leader.status === 'destroying')
      throw new Problem('wrong_state', `The leader ${leaderName} no longer exists.`);
    assertDone(await (await deps.fleet()).follow([{ serverId: database.serverId, leaderServerId: leader.serverId }]));
  };

export type AttachDeps = ProvisionDeps & Needs<'findApp' | 'keyById' | 'lockoutById'>;

/**
 * The last step: the app receives its config var and a release, and the database serves. Throws `key_unusable` if the
 * key was locked out in the meantime.
 */
export const attachToApp =
  (deps: AttachDeps) =>
  (ref: DatabaseRef): Promise<void> =>
    retryOnConflict(async () => {
      const database = await requireDatabaseById(deps)(ref.teamId, ref.databaseId);
      if (database.status !== 'creating') return;
      const conditions = await requireUsableKey(deps, database);
      if (database.drillId) return serveUnattached(deps, database, conditions);
      const app = await requireApp(deps)(ref.teamId, database.appId);
      const at = deps.now();
      const { name, holder } = await nameFor(deps, database, app);
      const release = nextRelease(app, { description: `Attach ${name} (${database.name})`, by: actor.id, at });
      const serving: Database = { ...database, status: servingStatus(database), attachAs: null };
      const { changes } = placeAttachment({ database: serving, app, name, holder, release });
      await deps.commit({
        teamId: ref.teamId,
        at,
        changes: [...changes, ...conditions],
        entries: [
          {
            type: 'DatabaseCreated',
            actor,
            subject: { ...subjectOf(database), appId: app.id },
            data: { name: database.name, plan: database.plan, attachment: configVarOf(name), release: release.version },
          },
          ...forkEntries(database),
        ],
        effects: [restartFor(app, release.version)],
      });
    });

/** The fork of a drill follows its leader, and no app learns of it. */
const serveUnattached = (deps: AttachDeps, database: Database, conditions: readonly Change[]): Promise<void> =>
  deps.commit({
    teamId: database.teamId,
    at: deps.now(),
    changes: [databaseSaved({ ...database, status: servingStatus(database) }), ...conditions],
    entries: forkEntries(database),
  });

/** The requested name, unless another database has taken it since; otherwise a free name. */
async function nameFor(
  deps: AttachDeps,
  { attachAs }: Database,
  app: App,
): Promise<{ name: string; holder: Database | null }> {
  const holder = attachAs ? await holderOf(deps, app, attachAs.name) : null;
  if (!attachAs || (holder && (!attachAs.takeOver || holder.promotion || holder.handoverTo)))
    return { name: freeName(app), holder: null };
  return { name: attachAs.name, holder };
}

const servingStatus = ({ fork }: Database) => (fork ? 'following' : 'available');

function forkEntries(database: Database): NewEntry[] {
  const { fork, name } = database;
  return fork
    ? [{ type: 'ForkStarted', actor, subject: subjectOf(database), data: { name, leader: fork.leaderName } }]
    : [];
}

/** Conditions of the transaction that attaches the database, so that a concurrent lockout cannot miss it. */
async function requireUsableKey(deps: AttachDeps, { teamId, keyId, keyArn }: Database): Promise<Change[]> {
  const key = keyId ? await deps.keyById(teamId, keyId) : null;
  const lockout = key?.lockoutId ? await deps.lockoutById(teamId, key.lockoutId) : null;
  if (!key) return [];
  if (!lockout) return [lockoutExpected(key)];
  if (lockout.state === 'waiting') return [lockoutExpected(key), stateExpected(lockout)];
  throw new Problem('key_unusable', `The key ${keyArn} became unusable while the database was being created.`, {
    cause: recordedCause(lockout).cause,
  });
}
