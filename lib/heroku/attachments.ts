/** Attaches and detaches databases for the CLI. Attaching as `REDIS` promotes the database. */

import { primaryName } from '#lib/apps/attachment-name.ts';
import type { attachDatabase, detachDatabase } from '#lib/databases/attach.ts';
import type { promoteDatabase } from '#lib/databases/promote.ts';
import { configVarOf } from '#lib/model/app.ts';
import type { Attachment, Database } from '#lib/model/database.ts';
import { allOfTeam } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { attachmentId, owningApp, parseAttachmentId } from './ids.ts';
import { addonNamed, appNamed, type FindDeps, namesOf, resourceNotFound } from './resolve.ts';
import type { HerokuRequest, HerokuResponse } from './route.ts';

export type AttachmentReadDeps = FindDeps & Needs<'databaseById'>;

export type AttachmentChangeDeps = AttachmentReadDeps & {
  readonly attachDatabase: ReturnType<typeof attachDatabase>;
  readonly detachDatabase: ReturnType<typeof detachDatabase>;
  readonly promoteDatabase: ReturnType<typeof promoteDatabase>;
};

export interface NewAttachment {
  readonly addon: string;
  readonly app: string;
  readonly name?: string | null | undefined;
  readonly confirm?: string | null | undefined;
}

/** `appNames` are by id. */
const attachmentView = (database: Database, { appId, name }: Attachment, appNames: ReadonlyMap<string, string>) => ({
  id: attachmentId(appId, name),
  name,
  namespace: null,
  addon: { id: database.id, name: database.name, app: owningApp(database) },
  app: { id: appId, name: appNames.get(appId) ?? appId },
  config_vars: [configVarOf(name)],
  web_url: null,
  created_at: database.createdAt,
  updated_at: database.createdAt,
});

export const attachmentsOf = (database: Database, appNames: ReadonlyMap<string, string>) =>
  database.attachments.map((attachment) => attachmentView(database, attachment, appNames));

export const herokuAttachmentReads = (deps: AttachmentReadDeps) => ({
  list: async ({ teamId }: HerokuRequest): Promise<HerokuResponse> => {
    const names = namesOf(await allOfTeam(deps.listApps, teamId));
    return {
      body: (await allOfTeam(deps.listDatabases, teamId)).flatMap((database) => attachmentsOf(database, names)),
    };
  },

  listOfApp: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const app = await appNamed(deps, teamId, path('app'));
    const names = namesOf(await allOfTeam(deps.listApps, teamId));
    const all = (await allOfTeam(deps.listDatabases, teamId)).flatMap((database) => attachmentsOf(database, names));
    return { body: all.filter((attachment) => attachment.app.id === app.id) };
  },

  getOfApp: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const app = await appNamed(deps, teamId, path('app'));
    return { body: await requireAttachment(deps, { teamId, appId: app.id, name: path('attachment').toUpperCase() }) };
  },
});

export const herokuAttachmentChanges = (deps: AttachmentChangeDeps) => ({
  create: async (request: HerokuRequest<NewAttachment>): Promise<HerokuResponse> => {
    const { teamId, actor, body } = request;
    const database = await addonNamed(deps, teamId, body.addon);
    const app = await appNamed(deps, teamId, body.app);
    const name = body.name ?? undefined;
    if (name === primaryName && body.confirm === app.name) {
      const promoted = await deps.promoteDatabase({ teamId, actor, database: database.id, app: app.id });
      return { body: attachmentView(promoted, { appId: app.id, name }, namesOf([app])), status: 201 };
    }
    const confirm = body.confirm ?? undefined;
    const attached = await deps.attachDatabase({ teamId, actor, database: database.id, app: app.id, name, confirm });
    return { body: attachmentView(attached.database, attached.attachment, namesOf([app])), status: 201 };
  },

  remove: async ({ teamId, actor, path }: HerokuRequest): Promise<HerokuResponse> => {
    const reference = parseAttachmentId(path('attachment'));
    if (!reference) throw attachmentNotFound(path('attachment'));
    const body = await requireAttachment(deps, { teamId, ...reference });
    await deps.detachDatabase({ teamId, actor, app: reference.appId, name: reference.name });
    return { body };
  },
});

const attachmentNotFound = (name: string) =>
  resourceNotFound('add_on attachment', `add-on attachment: there is no ${name}`);

async function requireAttachment(
  deps: AttachmentReadDeps,
  { teamId, appId, name }: { teamId: string; appId: string; name: string },
) {
  const app = await appNamed(deps, teamId, appId);
  const attachment = app.attachments.find((each) => each.name === name);
  const database = attachment ? await deps.databaseById(teamId, attachment.databaseId) : null;
  if (!database) throw attachmentNotFound(name);
  return attachmentView(database, { appId, name }, namesOf([app]));
}
