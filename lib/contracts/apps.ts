/** Spaces, apps, config vars and releases. */
import * as z from 'zod/mini';
import { type App, configVarOf } from '#lib/model/app.ts';
import { type Infer, lazily, lazyObject, lazyStrictObject } from '#lib/model/schema.ts';
import { Name } from './databases.ts';
import { email, nameOrId, operation, pageOf, pageQuery, time } from './operation.ts';
import { membersAtMost, multiline, printable } from './text.ts';

const tier = lazily(() => z.enum(['private', 'shield']));

const SpaceView = lazyObject(() => ({ id: z.string(), name: z.string(), tier: tier(), createdAt: time() }));

export const CreateSpace = operation({
  id: 'createSpace',
  route: 'POST /v1/spaces',
  summary: 'Creates a space',
  scope: 'write',
  body: () => z.strictObject({ name: Name(), tier: z._default(tier(), 'private') }),
  response: SpaceView,
  status: 201,
  problems: ['quota_exceeded', 'name_taken'],
});

export const ListSpaces = operation({
  id: 'listSpaces',
  route: 'GET /v1/spaces',
  summary: "The team's spaces",
  scope: 'read',
  query: pageQuery,
  response: () => pageOf(SpaceView()),
});

const longestCommand = 32_768;
const AppProcess = lazyStrictObject(() => ({
  command: z.array(printable({ max: 4096 })).check(
    z.minLength(1),
    z.maxLength(100),
    z.refine((words) => words.join(' ').length <= longestCommand, `At most ${longestCommand} characters in all`),
    z.describe('A program and its arguments, without a shell; no secrets'),
  ),
  cwd: printable({ max: 4096 }).check(z.describe('The working directory')),
}));

const AppView = lazyObject(() => ({
  id: z.string(),
  name: z.string(),
  space: z.nullable(z.object({ id: z.string(), name: z.string() })),
  tier: z.enum(['common', 'private', 'shield']),
  admins: z.array(z.string()).check(z.describe('The recipients of mails')),
  unconfirmedAdmins: z
    .optional(z.array(z.string()))
    .check(z.describe('Admins who get a single mail until they confirm it with its code; omitted in lists')),
  attachments: z.array(z.object({ name: z.string(), configVar: z.string(), databaseId: z.string() })),
  release: z.int(),
  process: z.nullable(AppProcess()).check(z.describe('How this machine runs the app; null if another system runs it')),
  createdAt: time(),
}));

export const appView = ({ attachments, process, ...app }: App, unconfirmed?: string[]): Infer<typeof AppView> => ({
  ...app,
  ...(unconfirmed ? { unconfirmedAdmins: unconfirmed } : {}),
  admins: [...app.admins],
  process: process ? { ...process, command: [...process.command] } : null,
  attachments: attachments.map(({ name, databaseId }) => ({ name, configVar: configVarOf(name), databaseId })),
});

export const CreateApp = operation({
  id: 'createApp',
  route: 'POST /v1/apps',
  summary: 'Creates an app, in a space or outside',
  scope: 'write',
  body: lazyStrictObject(() => ({
    name: Name(),
    space: z.optional(nameOrId()).check(z.describe('Name or id')),
    admins: z.array(email()).check(z.minLength(1), z.maxLength(50)),
  })),
  response: AppView,
  status: 201,
  locatedBy: 'id',
  problems: ['quota_exceeded', 'not_found', 'name_taken'],
});

export const ListApps = operation({
  id: 'listApps',
  route: 'GET /v1/apps',
  summary: "The team's apps",
  scope: 'read',
  query: pageQuery,
  response: () => pageOf(AppView()),
});

export const GetApp = operation({
  id: 'getApp',
  route: 'GET /v1/apps/{app}',
  summary: 'An app',
  scope: 'read',
  response: AppView,
});

export const ChangeApp = operation({
  id: 'changeApp',
  route: 'PATCH /v1/apps/{app}',
  summary:
    'Sets how this machine runs the app, with its config vars as environment; only if the deployment runs apps itself',
  scope: 'write',
  body: lazyStrictObject(() => ({
    process: z.nullable(AppProcess()).check(z.describe('Null: this machine stops running the app')),
  })),
  response: AppView,
  problems: ['wrong_state'],
});

export const DestroyApp = operation({
  id: 'destroyApp',
  route: 'DELETE /v1/apps/{app}',
  summary: 'Removes an app that no database is attached to',
  scope: 'write',
  problems: ['wrong_state'],
});

const ConfigVars = lazily(() =>
  z
    .record(z.string(), z.nullable(z.string()))
    .check(z.describe('Null: unreadable while the key of its database is unusable')),
);

export const ReadConfigVars = operation({
  id: 'readConfigVars',
  route: 'GET /v1/apps/{app}/config-vars',
  summary: "The app's config vars, including those of attachments",
  scope: 'write',
  response: ConfigVars,
  problems: ['unavailable'],
});

export const ConfigVarsChange = lazily(() =>
  z.pipe(
    z
      .record(
        z.string().check(z.maxLength(128), z.regex(/^[A-Z_][A-Z0-9_]{0,127}$/, 'Upper-case letters, digits and _')),
        z.nullable(multiline({ max: 32_768 })),
      )
      .check(...membersAtMost(100)),
    z.transform((vars) => ({ vars })),
  ),
);

export const ChangeConfigVars = operation({
  id: 'changeConfigVars',
  route: 'PATCH /v1/apps/{app}/config-vars',
  summary: 'Sets config vars, removes those that are null, and writes a release',
  scope: 'write',
  body: ConfigVarsChange,
  response: ConfigVars,
  problems: ['unavailable'],
});

export const ListReleases = operation({
  id: 'listReleases',
  route: 'GET /v1/apps/{app}/releases',
  summary: "The app's releases, newest first",
  scope: 'read',
  query: pageQuery,
  response: () => pageOf(z.object({ version: z.int(), description: z.string(), by: z.string(), createdAt: time() })),
});
