/** The recipients of a team's mails: the admins of its apps. */
import type { App } from '#lib/model/app.ts';
import { allOfTeam, type ListQuery, type Page, pageWithin } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { recipientId } from '#lib/model/recipient.ts';

export interface AppRecipient {
  readonly id: string;
  readonly email: string;
  /** The address is in the team's mail domains, or was confirmed with the code in its first mail. */
  readonly isConfirmed: boolean;
  /** The names of the apps that the recipient administers. */
  readonly apps: readonly string[];
}

type UnconfirmedAmong = (teamId: string, emails: readonly string[]) => Promise<string[]>;

/** The admins of these apps, each mailbox once, in the order of their ids. */
export const recipientsOfApps =
  (unconfirmedAmong: UnconfirmedAmong) =>
  async (teamId: string, apps: readonly Pick<App, 'name' | 'admins'>[]): Promise<AppRecipient[]> => {
    const idOf = (email: string) => recipientId(teamId, email);
    const byId = new Map(apps.flatMap(({ admins }) => admins.map((email) => [idOf(email), email] as const)));
    const unconfirmed = new Set(await unconfirmedAmong(teamId, [...byId.values()]));
    return [...byId]
      .map(([id, email]) => ({
        id,
        email,
        isConfirmed: !unconfirmed.has(email),
        apps: apps.filter(({ admins }) => admins.some((each) => idOf(each) === id)).map(({ name }) => name),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  };

/** A page of the team's recipients, in the order of their ids. */
export const listRecipients =
  ({ listApps, unconfirmedAmong }: Needs<'listApps'> & { readonly unconfirmedAmong: UnconfirmedAmong }) =>
  async (teamId: string, query: ListQuery): Promise<Page<AppRecipient>> => {
    const apps = await allOfTeam(listApps, teamId);
    const recipients = await recipientsOfApps(unconfirmedAmong)(teamId, apps);
    return pageWithin(recipients, query, { keyOf: ({ id }) => id });
  };
