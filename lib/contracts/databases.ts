/** Databases and their credentials. */
import * as z from 'zod/mini';
import { namePattern } from '#lib/databases/names.ts';
import { configVarOf } from '#lib/model/app.ts';
import { type Database, databaseStatuses, type Fork } from '#lib/model/database.ts';
import { plans } from '#lib/model/plans.ts';
import { type Infer, lazily, lazyObject, lazyStrictObject } from '#lib/model/schema.ts';
import { GivenArn } from './keys.ts';
import { nameOrId, operation, pageOf, pageQuery, time } from './operation.ts';
import { printable } from './text.ts';

/** For an unknown name, the problem lists the plans (`planOf`). */
export const PlanName = lazily(() => printable({ max: 40 }).check(z.meta({ enum: plans.map(({ name }) => name) })));
export const Name = lazily(() =>
  z
    .string()
    .check(
      z.maxLength(63),
      z.regex(namePattern, 'Lower-case letters, digits and dashes, 3 to 63, beginning with a letter'),
    ),
);

const ForkView = lazyObject(() => ({
  leader: z.string().check(z.describe("The leader's name")),
  leaderId: z.string(),
  lagBytes: z
    .nullable(z.int())
    .check(z.describe("Bytes of the leader's writes that the follower lacks; null while unknown")),
  caughtUp: z.boolean().check(z.describe('Whether the follower can be promoted')),
  link: z.enum(['connecting', 'up', 'down']).check(z.describe("Whether the leader's writes arrive")),
}));

const forkView = ({ leaderName: leader, leaderId, lagBytes, caughtUp, link }: Fork): Infer<typeof ForkView> => {
  return { leader, leaderId, lagBytes, caughtUp, link };
};

export const DatabaseView = lazyObject(() => ({
  id: z.string(),
  name: z.string(),
  plan: z.string(),
  app: z.string().check(z.describe('The app that the database was created for')),
  status: z.enum(databaseStatuses),
  server: z.enum(['running', 'stopped']),
  service: z.enum(['running', 'stopped']),
  endpoint: z.nullable(z.object({ host: z.string(), port: z.int(), tlsPort: z.int() })),
  key: z.nullable(z.object({ id: z.string(), arn: z.string() })).check(z.describe("Null under the platform's key")),
  fork: z
    .nullable(ForkView())
    .check(z.describe('The leader that it follows until it is promoted; null for an independent database')),
  attachments: z.array(z.object({ appId: z.string(), name: z.string(), configVar: z.string() })),
  failure: z.nullable(z.object({ reason: z.string(), detail: z.string(), at: time() })),
  restoredFrom: z
    .nullable(z.object({ backupId: z.string(), at: z.nullable(time()).check(z.describe('When the data was saved')) }))
    .check(z.describe('The backup that the database was created from')),
  allowPlaintext: z
    .boolean()
    .check(z.describe('Whether clients may connect without TLS; the `port` of its endpoint is closed otherwise')),
  createdAt: time(),
}));

export const databaseView = ({
  keyId,
  keyArn,
  attachments,
  appName,
  fork,
  ...database
}: Database): Infer<typeof DatabaseView> => ({
  ...database,
  restoredFrom: database.restoredFrom ?? null,
  allowPlaintext: database.allowPlaintext ?? false,
  app: appName,
  key: keyId && keyArn ? { id: keyId, arn: keyArn } : null,
  fork: fork ? forkView(fork) : null,
  attachments: attachments.map(({ appId, name }) => ({ appId, name, configVar: configVarOf(name) })),
});

export const CreateDatabase = operation({
  id: 'createDatabase',
  route: 'POST /v1/databases',
  summary:
    'Starts provisioning a database; `encryptionKey` encrypts it under a customer key, which is registered if ' +
    'necessary',
  scope: 'write',
  body: () =>
    z
      .strictObject({
        name: z.optional(Name()),
        plan: PlanName().check(z.describe('See GET /v1/plans')),
        app: nameOrId().check(z.describe('Name or id of the app that gets the attachment')),
        encryptionKey: z.optional(GivenArn()).check(z.describe("The key's full ARN; needs a private or shield plan")),
        fork: z
          .optional(printable({ max: 400 }))
          .check(
            z.describe(
              'The leader to follow: its name, id, URL (`rediss://h:<password>@<host>:<port>`), or its attachment or ' +
                'config var on the app (`SESSIONS`, `SESSIONS_URL`); the fork needs a key if the leader has one',
            ),
          ),
        allowPlaintext: z
          .optional(z.boolean())
          .check(
            z.describe(
              'Lets clients connect without TLS; refused on private and shield plans. Cannot be changed later',
            ),
          ),
        backup: z
          .optional(nameOrId())
          .check(
            z.describe(
              'The id of a backup to restore; one under a customer key needs `encryptionKey`, the same or another',
            ),
          ),
      })
      .check(
        z.refine(({ fork, backup }) => fork === undefined || backup === undefined, {
          path: ['fork'],
          message: 'Not together with `backup`',
        }),
        z.meta({ not: { required: ['fork', 'backup'], properties: { fork: {}, backup: {} } } }),
      ),
  response: DatabaseView,
  status: 202,
  locatedBy: 'id',
  problems: [
    'quota_exceeded',
    'quota_exceeded',
    'not_found',
    'name_taken',
    'plan_unsupported',
    'key_rejected',
    'key_taken',
    'key_unusable',
    'key_degraded',
    'operator_required',
    'wrong_state',
    'unavailable',
  ],
});

export const ListDatabases = operation({
  id: 'listDatabases',
  route: 'GET /v1/databases',
  summary: "The team's databases, oldest first",
  scope: 'read',
  query: pageQuery,
  response: () => pageOf(DatabaseView()),
});

export const GetDatabase = operation({
  id: 'getDatabase',
  route: 'GET /v1/databases/{database}',
  summary: 'A database',
  scope: 'read',
  response: DatabaseView,
});

export const DestroyDatabase = operation({
  id: 'destroyDatabase',
  route: 'DELETE /v1/databases/{database}',
  summary: 'Destroys a database and its data, and retires its grant; an attached database needs `confirm`',
  scope: 'write',
  query: lazyStrictObject(() => ({
    confirm: z.optional(printable({ min: 0, max: 80 })).check(z.describe("The database's name")),
    backup: z
      .optional(
        z.pipe(
          z.enum(['true', 'false']),
          z.transform((text) => text === 'true'),
        ),
      )
      .check(z.describe('Takes a last backup first; if that fails, the data is kept')),
  })),
  response: DatabaseView,
  status: 202,
  problems: ['confirmation_required', 'wrong_state', 'key_unusable', 'key_degraded'],
});

export const ReadCredentials = operation({
  id: 'readCredentials',
  route: 'GET /v1/databases/{database}/credentials',
  summary:
    'The URLs to connect with, both `rediss://` unless the database allows plaintext; unavailable while the key is ' +
    'unusable',
  scope: 'write',
  response: () => z.object({ url: z.string(), tlsUrl: z.string() }),
  problems: ['wrong_state', 'key_unusable', 'unavailable'],
});

export const RenameDatabase = operation({
  id: 'renameDatabase',
  route: 'PATCH /v1/databases/{database}',
  summary: 'Renames a database; its address and its attachments stay',
  scope: 'write',
  body: () => z.strictObject({ name: Name() }),
  response: DatabaseView,
  problems: ['name_taken', 'wrong_state'],
});

export const RotateCredentials = operation({
  id: 'rotateCredentials',
  route: 'POST /v1/databases/{database}/credentials/rotation',
  summary:
    'Creates a new password, closes the connections that use the old one, and restarts the apps that use the database',
  scope: 'write',
  response: DatabaseView,
  status: 202,
  locatedBy: 'id',
  locatedUnder: '/v1/databases',
  problems: ['wrong_state', 'key_unusable', 'key_degraded', 'unavailable'],
});

export const PromoteDatabase = operation({
  id: 'promoteDatabase',
  route: 'POST /v1/databases/{database}/promotion',
  summary:
    "Makes a database an app's REDIS_URL and restarts the app; a follower that has caught up takes over from its " +
    'leader',
  scope: 'write',
  body: () => z.strictObject({ app: nameOrId().check(z.describe('Name or id')) }),
  response: DatabaseView,
  status: 202,
  locatedBy: 'id',
  locatedUnder: '/v1/databases',
  problems: ['wrong_state', 'key_unusable', 'plan_unsupported', 'unavailable'],
});
