/** Attachments: the names of databases on apps. */
import * as z from 'zod/mini';
import { configVarOf } from '#lib/model/app.ts';
import type { Attachment, Database } from '#lib/model/database.ts';
import { type Infer, lazily, lazyObject, lazyStrictObject } from '#lib/model/schema.ts';
import { DatabaseView } from './databases.ts';
import { nameOrId, operation } from './operation.ts';
import { printable } from './text.ts';

const Name = lazily(() =>
  z
    .string()
    .check(
      z.maxLength(63),
      z.regex(/^[A-Z][A-Z0-9_]{0,62}$/, 'Capital letters, digits and _, from a letter on, at most 63'),
    ),
);

const AttachmentView = lazyObject(() => ({
  name: z.string().check(z.describe('`REDIS` gives the config var `REDIS_URL`')),
  configVar: z.string(),
  appId: z.string(),
  database: z.object({ id: z.string(), name: z.string() }),
}));

export const attachmentView = ({ id, name }: Database, attachment: Attachment): Infer<typeof AttachmentView> => ({
  ...attachment,
  configVar: configVarOf(attachment.name),
  database: { id, name },
});

export const AttachDatabase = operation({
  id: 'attachDatabase',
  route: 'POST /v1/apps/{app}/attachments',
  summary:
    'Attaches a database to an app, which gets a config var, a release and a restart; an existing attachment keeps ' +
    'its name',
  scope: 'write',
  body: lazyStrictObject(() => ({
    database: nameOrId().check(z.describe('Name or id')),
    name: z.optional(Name()).check(z.describe('A free name by default')),
    confirm: z
      .optional(printable({ min: 0, max: 80 }))
      .check(z.describe("The app's name, to take over a name from another database, which gets a new name")),
  })),
  response: AttachmentView,
  status: 201,
  locatedBy: 'name',
  problems: [
    'name_taken',
    'plan_unsupported',
    'key_unusable',
    'wrong_state',
    'confirmation_required',
    'quota_exceeded',
  ],
});

export const DetachDatabase = operation({
  id: 'detachDatabase',
  route: 'DELETE /v1/apps/{app}/attachments/{attachment}',
  summary:
    'Detaches a database from an app, which loses the config var and gets a release and a restart; the database ' +
    'and its data stay',
  scope: 'write',
  response: DatabaseView,
  problems: ['wrong_state'],
});
