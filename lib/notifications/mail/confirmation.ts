/** The section of the single mail to an unconfirmed address that explains how to confirm it. */

import type { Notice } from '#lib/model/notice.ts';
import { shellWord } from '#lib/model/shell.ts';
import { command, type Section, text } from './email-template.ts';
import { plain } from './plain.ts';

export function confirmationSection({ confirmation, team }: Notice): Section[] {
  if (!confirmation) return [];
  const { url, recipientId, code } = confirmation;
  const body = JSON.stringify({ code });
  return [
    {
      title: 'Confirm your address to get more mails like this',
      lines: [
        text(
          `A member of the team ${plain(team)} named you as an admin of an app. This is the only mail ` +
            'that you get until you confirm your address, within 30 days:',
        ),
        command(
          `curl -X POST ${shellWord(`${url}/v1/recipients/${recipientId}/confirmation`)}` +
            ` -H 'Content-Type: application/json' -d ${shellWord(body)}`,
        ),
      ],
    },
  ];
}

export const onlyMailFooter = ({ confirmation }: Notice): string[] =>
  confirmation ? ['If you do not know the team, ignore this mail: you get no other.'] : [];
