/** Creates a database. All checks run here, before anything exists; the provision-database machine does the rest. */

import { createHash, randomBytes } from 'node:crypto';
import type { App } from '#lib/model/app.ts';
import type { Backup, RestoreRequest } from '#lib/model/backup.ts';
import type { Database } from '#lib/model/database.ts';
import type { Actor } from '#lib/model/entry.ts';
import { joined, type Part } from '#lib/model/items/bounds.ts';
import { databaseCreated, nameTaken } from '#lib/model/items/databases.ts';
import { databasesCounted } from '#lib/model/items/keys.ts';
import { watchBegun } from '#lib/model/items/watched.ts';
import { databaseContext, type Key, neededActions } from '#lib/model/key.ts';
import type { Plan } from '#lib/model/plans.ts';
import type { Needs } from '#lib/model/ports.ts';
import { invalidValue, Problem } from '#lib/model/problem.ts';
import { assertKeyAllows } from '#lib/model/refusals.ts';
import type { Registration } from '#lib/model/registration.ts';
import type { TeamRequest } from '#lib/model/request.ts';
import { requireApp } from '#lib/model/require.ts';
import { Secret } from '#lib/model/secret.ts';
import { assertPlaintext, assertPlanFits, planOf } from './fitting.ts';
import { type ForkRequest, forkOf } from './fork.ts';
import { generatedName } from './names.ts';
import { assertNameFree, assertNotHeld, assertRoom, holderIdOf } from './placing.ts';

export type CreateDatabaseDeps = NewDatabaseDeps &
  Needs<'findApp' | 'findDatabase' | 'commit'> & {
    readonly findLeader: (request: ForkRequest) => Promise<Database>;
    readonly restorable: (request: RestoreRequest) => Promise<Backup>;
    readonly registerKey: (registration: Registration) => Promise<{ key: Key }>;
  };

export interface DatabaseRequest extends TeamRequest {
  readonly name?: string | undefined;
  readonly plan: string;
  readonly app: string;
  readonly encryptionKey?: string | undefined;
  /** The leader's URL, name, id, attachment or config var. */
  readonly fork?: string | undefined;
  /** The attachment's name on the app; generated if absent. */
  readonly attachAs?: string | undefined;
  /** The app's name, to take over a name that another database has. */
  readonly confirm?: string | undefined;
  /** The id of the backup to restore. */
  readonly backup?: string | undefined;
  readonly allowPlaintext?: boolean | undefined;
}

/**
 * Returns the database while it is being created. Throws `invalid_request`, `not_found`, `plan_unsupported`,
 * `name_taken`, `key_rejected`, `key_taken`, `key_unusable`, `key_degraded`, `quota_exceeded`, `confirmation_required`
 * if another database has the attachment's name, and for a fork or a restore `operator_required` and `wrong_state`.
 */
export const createDatabase =
  (deps: CreateDatabaseDeps) =>
  async (request: DatabaseRequest): Promise<Database> => {
    const { teamId, actor } = request;
    const input = await checkRequest(deps, request);
    const { plan, app, key, leader, backup } = input;
    const database: Database = {
      ...(await newDatabase(deps, { teamId, name: request.name, plan, app, key, leader })),
      attachAs:
        request.attachAs === undefined ? null : { name: request.attachAs, takeOver: request.confirm === app.name },
      restoredFrom: backup && { backupId: backup.id, at: null },
      ...(request.allowPlaintext ? { allowPlaintext: true } : {}),
    };
    const counted = key ? [databasesCounted({ teamId, keyId: key.id }, 1)] : [];
    await deps.commit({ teamId, at: deps.now(), ...joined([{ changes: counted }, creationOf(database, actor)]) });
    return database;
  };

/** The changes, entry and workflow of a database's creation; the caller adds the key's count of databases. */
export function creationOf(database: Database, actor: Actor): Required<Part> {
  const { id, teamId, name, plan, fork, restoredFrom } = database;
  const data = { name, plan, ...(restoredFrom ? { backup: restoredFrom.backupId } : {}) };
  return {
    changes: [...databaseCreated(database), ...(fork ? [watchBegun(database)] : [])],
    entries: [{ type: 'DatabaseCreating', actor, subject: subjectOf(database), data }],
    effects: [{ kind: 'workflow', machine: 'provision-database', name: id, input: { teamId, databaseId: id } }],
  };
}

/** Runs all checks. The key comes last, because checking it registers it. */
async function checkRequest(deps: CreateDatabaseDeps, request: DatabaseRequest): Promise<CreationInput> {
  const { teamId, actor, encryptionKey, fork } = request;
  assertOneSource(request);
  const plan = planOf(request.plan);
  const app = await requireApp(deps)(teamId, request.app);
  const withKey = encryptionKey !== undefined;
  assertPlanFits(plan, app, withKey);
  assertRoom(app);
  if (request.allowPlaintext) assertPlaintext(plan);
  await assertNamesFree(deps, app, request);
  const leader = fork === undefined ? null : await deps.findLeader({ teamId, app, fork, plan, withKey });
  const backup =
    request.backup === undefined ? null : await deps.restorable({ teamId, backup: request.backup, plan, withKey });
  const key = withKey ? (await deps.registerKey({ teamId, arn: encryptionKey, actor })).key : null;
  if (key) assertKeyServes(key);
  return { plan, app, key, leader, backup };
}

function assertOneSource({ fork, backup }: DatabaseRequest): void {
  if (fork === undefined || backup === undefined) return;
  throw invalidValue(
    '/backup',
    'A database gets its data from a leader or from a backup: send fork or backup.',
    'Comes with fork',
  );
}

/** Runs before a key is registered; the transaction checks the database's name again. */
async function assertNamesFree(
  deps: CreateDatabaseDeps,
  app: App,
  { name, attachAs, confirm }: DatabaseRequest,
): Promise<void> {
  if (name && (await deps.findDatabase(app.teamId, name))) throw nameTaken(name);
  if (attachAs === undefined) return;
  assertNameFree(app, attachAs);
  const holderId = holderIdOf(app, attachAs);
  if (confirm !== app.name)
    assertNotHeld(app, attachAs, holderId ? await deps.findDatabase(app.teamId, holderId) : null);
}

function assertKeyServes(key: Key): void {
  const { arn, status, lockoutId, check } = key;
  if (lockoutId || status === 'unusable') {
    throw new Problem(
      'key_unusable',
      `The key ${arn} is unusable, so no new data can be encrypted under it. Make it usable again, then repeat.`,
      { cause: check.cause, lockout: lockoutId },
    );
  }
  if (status === 'unknown') {
    throw new Problem(
      'unavailable',
      `KMS did not respond to the last check of the key ${arn}. Try again in a minute.`,
      { cause: check.cause },
    );
  }
  assertKeyAllows(key, { subject: `A database under ${arn}`, doing: 'be created', needs: neededActions });
}

interface CreationInput {
  readonly plan: Plan;
  readonly app: App;
  readonly key: Key | null;
  readonly leader: Database | null;
  readonly backup: Backup | null;
}

export interface NewDatabase {
  readonly teamId: string;
  /** Generated if absent. */
  readonly name?: string | undefined;
  readonly plan: Plan;
  readonly app: Pick<App, 'id' | 'name'>;
  readonly key: Pick<Key, 'id' | 'arn'> | null;
  readonly leader: Database | null;
}

export type NewDatabaseDeps = Needs<'encrypt' | 'platformKeyArn' | 'newId' | 'now'>;

/** A database that is to be created, with a new password. Rejects with `key_unusable` if KMS refuses to encrypt it. */
export async function newDatabase(
  deps: NewDatabaseDeps,
  { teamId, name, plan, app, key, leader }: NewDatabase,
): Promise<Database> {
  const id = deps.newId('db');
  return {
    id,
    teamId,
    name: name ?? generatedName(),
    plan: plan.name,
    appId: app.id,
    appName: app.name,
    status: 'creating',
    server: 'stopped',
    service: 'stopped',
    serverId: deps.newId('srv'),
    endpoint: null,
    keyId: key?.id ?? null,
    keyArn: key?.arn ?? null,
    ...(await newCredentials(deps, { teamId, id, keyArn: key?.arn ?? null })),
    grantId: null,
    attachments: [],
    failure: null,
    fork: leader && forkOf(leader, deps.now()),
    createdAt: deps.now().toISOString(),
    version: 1,
  };
}

/** A password of 256 random bits, in characters that a URL need not escape. Throws `key_unusable`. */
export async function newCredentials(
  deps: Needs<'encrypt' | 'platformKeyArn'>,
  { teamId, id, keyArn }: Pick<Database, 'teamId' | 'id' | 'keyArn'>,
): Promise<Pick<Database, 'sealedPassword' | 'passwordSha256'>> {
  const password = `p${randomBytes(32).toString('hex')}`;
  const arn = keyArn ?? deps.platformKeyArn();
  const sealedPassword = await deps.encrypt(arn, new Secret(password), databaseContext(teamId, id));
  return { sealedPassword, passwordSha256: createHash('sha256').update(password).digest('hex') };
}

export const subjectOf = ({ id, keyId }: Pick<Database, 'id' | 'keyId'>) => ({
  databaseId: id,
  ...(keyId ? { keyId } : {}),
});
