/** The email template about a webhook that gets no events any more. */
import type { WebhookNotice } from '#lib/model/notice.ts';
import { shellWord } from '#lib/model/shell.ts';
import { command, type EmailTemplate, text } from './email-template.ts';
import { plain } from './plain.ts';
import { moment } from './times.ts';

const reasons = {
  failing: 'Every attempt to deliver an event failed for five days.',
  gone: 'Its receiver responded 410 Gone, which asks for no more events.',
  requested: 'A request paused it.',
} as const;

export function webhookPaused({ host, webhookId, reason, failingSince, apiUrl }: WebhookNotice): EmailTemplate {
  const url = `${apiUrl}/v1/webhooks/${webhookId}`;
  return {
    tone: 'warning',
    pill: reason === 'gone' ? 'Disabled' : 'Paused',
    subject: `a webhook to ${plain(host)} gets no events any more`,
    headline: 'A webhook gets no events any more',
    lead: `${reasons[reason]} What happens now reaches the mails and the timeline, and not this webhook.`,
    facts: [
      ['Webhook', webhookId],
      ['Receiver', plain(host)],
      ...(failingSince === null ? [] : [['Failing since', moment(failingSince)] as const]),
    ],
    sections: [
      {
        title: 'To resume it',
        lines: [
          text(
            'Look at its last attempts, correct the receiver, and set it to active with a token that has the scope ' +
              'admin:',
          ),
          command(`curl ${shellWord(`${url}/deliveries`)} -H "Authorization: Bearer $LATCHKEY_TOKEN"`),
          command(
            `curl -X PATCH ${shellWord(url)} -H "Authorization: Bearer $LATCHKEY_TOKEN"` +
              ` -H 'Content-Type: application/json' -d '{"status":"active"}'`,
          ),
          text('Events since then are in the timeline.'),
        ],
      },
    ],
    databases: [],
  };
}
