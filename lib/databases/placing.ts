/**
 * Gives a database a name on an app. The previous holder of the name gets another one, so no database loses its
 * attachment.
 */

import { freeColour } from '#lib/apps/attachment-name.ts';
import { ownVarNames } from '#lib/apps/sealed-vars.ts';
import { type App, configVarOf, type Release } from '#lib/model/app.ts';
import type { Database } from '#lib/model/database.ts';
import { appSaved, releaseCreated } from '#lib/model/items/apps.ts';
import type { Change } from '#lib/model/items/change.ts';
import { databaseSaved } from '#lib/model/items/databases.ts';
import type { Needs } from '#lib/model/ports.ts';
import { invalidValue, Problem } from '#lib/model/problem.ts';

/** Heroku's rule, by which `<NAME>_URL` is a valid environment variable. */
const attachmentPattern = /^[A-Z][A-Z0-9_]{0,62}$/;

/** Keeps rows small, and mails that list all apps readable. */
export const maxAttachments = 100;

/** Throws `quota_exceeded` if the database or the app has the maximum number of attachments. */
export function assertRoom(
  app: Pick<App, 'name' | 'attachments'>,
  database?: Pick<Database, 'name' | 'attachments'>,
): void {
  const full = [app, ...(database ? [database] : [])].find(({ attachments }) => attachments.length >= maxAttachments);
  if (!full) return;
  const [what, of] = full === app ? ['App', 'databases'] : ['Database', 'apps'];
  throw new Problem(
    'quota_exceeded',
    `${what} ${full.name} has ${maxAttachments} attachments, the maximum. ` +
      `Detach ${of} that it no longer needs, then repeat.`,
    { limit: maxAttachments },
  );
}

export interface Placement {
  readonly database: Database;
  readonly app: App;
  readonly name: string;
  /** The database that has the name now. */
  readonly holder: Database | null;
  readonly release: Release;
}

/** The app's database with this name, or null. */
export async function holderOf(
  { databaseById }: Needs<'databaseById'>,
  app: App,
  name: string,
): Promise<Database | null> {
  const id = holderIdOf(app, name);
  return id ? databaseById(app.teamId, id) : null;
}

export const holderIdOf = (app: App, name: string): string | null =>
  app.attachments.find((each) => each.name === name)?.databaseId ?? null;

/**
 * Attaches the database under a name. `fresh` is the new name of the previous holder: another name that it has on the
 * app already, or else a free colour, so that names do not accumulate when two databases are promoted alternately.
 */
export function placeAttachment({ database, app, name, holder, release }: Placement): {
  database: Database;
  changes: Change[];
  fresh: string;
} {
  const attached: Database = { ...database, attachments: [...database.attachments, { appId: app.id, name }] };
  const attachment = { name, databaseId: database.id };
  const other = app.attachments.find((each) => each.databaseId === holder?.id && each.name !== name);
  const fresh = other?.name ?? freeColour({ attachments: [...app.attachments, attachment] });
  const remaining = app.attachments.flatMap((each) => {
    if (each.name !== name) return [each];
    return other ? [] : [{ ...each, name: fresh }];
  });
  const saved: App = { ...app, release: release.version, attachments: [...remaining, attachment] };
  const changes = [
    databaseSaved(attached),
    ...(holder ? [databaseSaved(withoutName(holder, app, { name, fresh: other ? null : fresh }))] : []),
    appSaved(saved),
    releaseCreated(app.teamId, release),
  ];
  return { database: attached, changes, fresh };
}

/** The holder with the name replaced by `fresh`, or removed where that is null. */
const withoutName = (
  holder: Database,
  app: App,
  { name, fresh }: { name: string; fresh: string | null },
): Database => ({
  ...holder,
  attachments: holder.attachments.flatMap((each) => {
    if (each.appId !== app.id || each.name !== name) return [each];
    return fresh === null ? [] : [{ ...each, name: fresh }];
  }),
});

/** Throws `invalid_request` for an invalid name, `name_taken` for a config var that the app sets itself. */
export function assertNameFree(app: App, name: string): void {
  if (!attachmentPattern.test(name)) {
    throw invalidValue(
      '/name',
      `${name} is not a valid attachment name: use a capital letter, then capital letters, digits and _, at most ` +
        '63 characters.',
      'Invalid attachment name',
    );
  }
  if (!ownVarNames(app).includes(configVarOf(name))) return;
  throw new Problem(
    'name_taken',
    `App ${app.name} sets ${configVarOf(name)} itself. Remove that config var, or choose another name.`,
  );
}

/** Throws `confirmation_required` when another database has the name. */
export function assertNotHeld(app: App, name: string, holder: Database | null): void {
  if (!holder) return;
  throw new Problem(
    'confirmation_required',
    `${name} on app ${app.name} is attached to database ${holder.name} now. ` +
      `If you continue, ${configVarOf(name)} points to another database, and ${holder.name} gets another name. ` +
      `Confirm with the app's name, ${app.name}.`,
    { confirm: app.name },
  );
}
