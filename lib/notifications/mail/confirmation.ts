/** The section of the single mail to an unconfirmed address that explains how to confirm it. */

import type { Notice, RecipientRole } from '#lib/model/notice.ts';
import { shellWord } from '#lib/model/shell.ts';
import { command, type Section, text } from './email-template.ts';
import { plain } from './plain.ts';

const roles: Readonly<Record<RecipientRole, string>> = { admin: 'an admin of an app', contact: 'a contact of a key' };

export function confirmationSection({ confirmation, team, role }: Notice): Section[] {
  if (!confirmation) return [];
  const { url, path, code } = confirmation;
  const body = JSON.stringify({ code });
  return [
    {
      title: 'Confirm your address to get more mails like this',
      lines: [
        text(
          `A member of the team ${plain(team)} named you as ${roles[role]}. This is the only mail ` +
            'that you get until you confirm your address, within 30 days:',
        ),
        command(
          `curl -X POST ${shellWord(`${url}${path}`)}` + ` -H 'Content-Type: application/json' -d ${shellWord(body)}`,
        ),
      ],
    },
  ];
}

export const onlyMailFooter = ({ confirmation }: Notice): string[] =>
  confirmation ? ['If you do not know the team, ignore this mail: you get no other.'] : [];
