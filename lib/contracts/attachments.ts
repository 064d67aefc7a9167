/** What an app calls a database. */
import * as z from 'zod/mini';
import { configVarOf } from '#lib/model/app.ts';
import type { Attachment, Database } from '#lib/model/database.ts';
import { DatabaseView } from './databases.ts';
import { nameOrId, operation } from './operation.ts';
import { printable } from './text.ts';

const Name = z
  .string()
  .check(
    z.maxLength(63),
    z.regex(/^[A-Z][A-Z0-9_]{0,62}$/, 'Capital letters, digits and _, from a letter on, at most 63'),
  );

const AttachmentView = z.object({
  name: z.string().check(z.describe('`REDIS` gives the config var `REDIS_URL`')),
  configVar: z.string(),
  appId: z.string(),
  database: z.object({ id: z.string(), name: z.string() }),
});

export const attachmentView = ({ id, name }: Database, attachment: Attachment): z.infer<typeof AttachmentView> => ({
  ...attachment,
  configVar: configVarOf(attachment.name),
  database: { id, name },
});

export const AttachDatabase = operation({
  id: 'attachDatabase',
  method: 'POST',
  path: '/v1/apps/{app}/attachments',
  summary:
    'Gives an app one more database: a config var, a release and a restart; one that it has already keeps its name',
  scope: 'write',
  body: z.strictObject({
    database: nameOrId.check(z.describe('Name or id')),
    name: z.optional(Name).check(z.describe('Without one it gets a free one')),
    confirm: z
      .optional(printable({ min: 0, max: 80 }))
      .check(z.describe("The app's name: takes a name over, and the database that had it gets another")),
  }),
  answer: AttachmentView,
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
  method: 'DELETE',
  path: '/v1/apps/{app}/attachments/{attachment}',
  summary:
    'Takes a database away from an app: its config var goes, with a release and a restart; the database and its data stay',
  scope: 'write',
  answer: DatabaseView,
  problems: ['wrong_state'],
});
