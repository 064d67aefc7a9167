/** Creating a database: all that can be refused is refused here, before anything exists; the rest is the provision-database machine's. */
import { createHash, randomBytes } from 'node:crypto';
import type { App } from '#lib/apps/app.ts';
import type { KeyVault } from '#lib/aws/kms.ts';
import type { Clock } from '#lib/clock.ts';
import type { NewId } from '#lib/ids.ts';
import { databaseContext, type Key } from '#lib/keys/key.ts';
import type { Registration } from '#lib/keys/register.ts';
import type { Record } from '#lib/outbox/record.ts';
import { notFound, Problem } from '#lib/problem.ts';
import { Secret } from '#lib/secret.ts';
import { databaseCreated, nameTaken } from '#lib/store/databases.ts';
import { databasesCounted } from '#lib/store/keys.ts';
import type { Actor } from '#lib/timeline/entry.ts';
import type { Database } from './database.ts';
import { generatedName } from './names.ts';
import { type Plan, planNamed, plans } from './plans.ts';

export interface CreateDatabaseDeps {
  readonly findApp: (teamId: string, nameOrId: string) => Promise<App | null>;
  readonly findDatabase: (teamId: string, name: string) => Promise<Database | null>;
  readonly registerKey: (registration: Registration) => Promise<{ key: Key }>;
  readonly seal: KeyVault['seal'];
  readonly platformKeyArn: () => string;
  readonly record: Record;
  readonly newId: NewId;
  readonly now: Clock;
}

export interface DatabaseRequest {
  readonly teamId: string;
  readonly actor: Actor;
  readonly name?: string | undefined;
  readonly plan: string;
  readonly app: string;
  readonly encryptionKey?: string | undefined;
}

/** The database, being created. Throws `invalid_request`, `not_found`, `plan_unsupported`, `name_taken`, `key_rejected`, `key_taken`, `key_unusable`. */
export const createDatabase =
  (deps: CreateDatabaseDeps) =>
  async (request: DatabaseRequest): Promise<Database> => {
    const { teamId, actor } = request;
    const plan = planOf(request.plan);
    const app = await deps.findApp(teamId, request.app);
    if (!app) throw notFound('app', request.app);
    refuseUnfit(plan, app, request.encryptionKey !== undefined);
    if (request.name) await refuseTaken(deps, teamId, request.name);
    const key = request.encryptionKey === undefined ? null : (await deps.registerKey({ teamId, arn: request.encryptionKey, actor })).key;
    if (key) refuseUnusable(key);
    const database = await newDatabase(deps, { request, plan, app, key });
    await deps.record({
      teamId,
      at: deps.now(),
      changes: [...databaseCreated(database), ...(key ? [databasesCounted({ teamId, keyId: key.id }, 1)] : [])],
      entries: [{ type: 'DatabaseCreating', actor, subject: subjectOf(database), data: { name: database.name, plan: plan.name } }],
      effects: [{ kind: 'workflow', machine: 'provision-database', name: database.id, input: { teamId, databaseId: database.id } }],
    });
    return database;
  };

/** Before a key is registered on the way; the transaction checks once more. */
async function refuseTaken(deps: CreateDatabaseDeps, teamId: string, name: string): Promise<void> {
  if (await deps.findDatabase(teamId, name)) throw nameTaken(name);
}

function planOf(name: string): Plan {
  const plan = planNamed(name);
  if (plan) return plan;
  throw new Problem(
    'invalid_request',
    `There is no plan ${name}. GET /v1/plans lists them: ${plans.map((known) => known.name).join(', ')}.`,
    {
      errors: [{ pointer: '/plan', detail: 'Unknown plan' }],
    },
  );
}

/** Source: the seed, "Limitations": customer keys on Private and Shield plans only; a private or shield plan lives in a space of its tier. */
function refuseUnfit(plan: Plan, app: App, withKey: boolean): void {
  if (withKey && plan.tier === 'common') {
    throw new Problem(
      'plan_unsupported',
      `Plan ${plan.name} cannot use a customer key. Choose a private or shield plan, such as private-7.`,
      { plan: plan.name },
    );
  }
  if (plan.tier === app.tier || plan.tier === 'common') return;
  const where = app.space ? `space ${app.space.name} is ${app.tier}` : 'it is in no space';
  throw new Problem(
    'plan_unsupported',
    `Plan ${plan.name} needs an app in a ${plan.tier} space, and of app ${app.name} ${where}. Create the app in a ${plan.tier} space, or choose a plan of its tier.`,
    {
      plan: plan.name,
      app: app.name,
    },
  );
}

function refuseUnusable(key: Key): void {
  if (key.status === 'usable' && !key.lockoutId) return;
  throw new Problem(
    'key_unusable',
    `The key ${key.arn} is not usable now, so nothing new is put under it. Make it usable again, then repeat.`,
    {
      cause: key.check.cause,
      lockout: key.lockoutId,
    },
  );
}

interface Ingredients {
  readonly request: DatabaseRequest;
  readonly plan: Plan;
  readonly app: App;
  readonly key: Key | null;
}

async function newDatabase(deps: CreateDatabaseDeps, { request, plan, app, key }: Ingredients): Promise<Database> {
  const id = deps.newId('db');
  const { teamId } = request;
  const password = newPassword();
  return {
    id,
    teamId,
    name: request.name ?? generatedName(),
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
    sealedPassword: await deps.seal(key?.arn ?? deps.platformKeyArn(), new Secret(password), databaseContext(teamId, id)),
    passwordSha256: createHash('sha256').update(password).digest('hex'),
    grantId: null,
    attachments: [],
    failure: null,
    createdAt: deps.now().toISOString(),
    version: 1,
  };
}

/** 256 random bits; letters that no URL needs to escape. */
export const newPassword = (): string => `p${randomBytes(32).toString('hex')}`;

export const subjectOf = ({ id, keyId }: Pick<Database, 'id' | 'keyId'>) => ({ databaseId: id, ...(keyId ? { keyId } : {}) });
