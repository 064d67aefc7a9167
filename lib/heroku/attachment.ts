/** An attachment: an app's handle on an add-on. */
import { configVarOf } from '#lib/model/app.ts';
import type { Attachment, Database } from '#lib/model/database.ts';
import { attachmentId, owningApp } from './ids.ts';

/** `appNames` are by id. */
export const attachmentView = (
  database: Database,
  { appId, name }: Attachment,
  appNames: ReadonlyMap<string, string>,
) => ({
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
