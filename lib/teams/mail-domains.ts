/** A team's mail domains, which the operator sets. Addresses in them get mails without a confirmation. */

import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Actor } from '#lib/model/entry.ts';
import { isId } from '#lib/model/ids.ts';
import type { Change } from '#lib/model/items/change.ts';
import { mailDomainsSet } from '#lib/model/items/recipients.ts';
import type { Needs } from '#lib/model/ports.ts';
import { notFound, Problem } from '#lib/model/problem.ts';

export interface TeamChange {
  readonly operator: boolean;
  readonly actor: Actor;
  readonly team: string;
  readonly mailDomains: readonly string[];
}

/** Throws `forbidden`, `not_found`. */
export const changeTeam =
  (deps: Needs<'teamById' | 'teamNamed' | 'mailDomainsOf' | 'commit' | 'now'>) =>
  ({
    operator,
    actor,
    team: nameOrId,
    mailDomains,
  }: TeamChange): Promise<{ id: string; name: string; mailDomains: string[] }> =>
    retryOnConflict(async () => {
      if (!operator) throw new Problem('forbidden', "Only the operator sets a team's mail domains.");
      const team = await (isId('team', nameOrId) ? deps.teamById(nameOrId) : deps.teamNamed(nameOrId));
      if (!team) throw notFound('team', nameOrId);
      const domains = [...new Set(mailDomains)];
      const changes = [mailDomainsSet(team.id, domains, await deps.mailDomainsOf(team.id))];
      const entry = { type: 'MailDomainsChanged' as const, actor, subject: {}, data: { domains } };
      await deps.commit({ teamId: team.id, at: deps.now(), changes, entries: [entry] });
      return { id: team.id, name: team.name, mailDomains: domains };
    });

/** Public mail providers, whose addresses do not prove membership in a team. */
const publicProviders = [
  'gmail.com',
  'googlemail.com',
  'outlook.com',
  'hotmail.com',
  'live.com',
  'msn.com',
  'yahoo.com',
  'icloud.com',
  'me.com',
  'aol.com',
  'gmx.com',
  'gmx.net',
  'gmx.de',
  'web.de',
  'mail.com',
  'mail.ru',
  'yandex.com',
  'yandex.ru',
  'qq.com',
  '163.com',
  'proton.me',
  'protonmail.com',
];

/** The domain of a team's first admin; none for a public mail provider. */
export function firstMailDomains(email: string | null | undefined): string[] {
  const domain = email?.toLowerCase().split('@').at(-1) ?? '';
  return domain && !publicProviders.includes(domain) ? [domain] : [];
}

/** The change that sets the mail domains of a new team. */
export const mailDomainsOfNew = (teamId: string, email: string | null | undefined): Change[] => {
  const domains = firstMailDomains(email);
  return domains.length > 0 ? [mailDomainsSet(teamId, domains, null)] : [];
};
