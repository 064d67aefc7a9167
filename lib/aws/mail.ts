/** Sends mails with SES. */

import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { mailConfig } from '#lib/config.ts';
import { type MailOrigin, mailTags } from '#lib/model/mail-trouble.ts';
import type { Mail } from '#lib/model/notice.ts';
import type { Mailer } from '#lib/model/ports.ts';
import { Transient } from '#lib/model/problem.ts';
import { roleCredentials } from './credentials.ts';

let client: SESClient | undefined;
const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });

export const mailer = (): Mailer => ({
  /** Returns SES's message id. */
  sendMail: async (to: string, { subject, text, html }: Mail, { teamId, keyId }: MailOrigin): Promise<string> => {
    client ??= new SESClient({ maxAttempts: 3, ...roleCredentials() });
    const { MAIL_FROM, MAIL_CONFIGURATION_SET } = mailConfig();
    const command = new SendEmailCommand({
      Source: MAIL_FROM,
      ...(MAIL_CONFIGURATION_SET ? { ConfigurationSetName: MAIL_CONFIGURATION_SET } : {}),
      Tags: [{ Name: mailTags.team, Value: teamId }, ...(keyId === null ? [] : [{ Name: mailTags.key, Value: keyId }])],
      Destination: { ToAddresses: [to] },
      Message: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } },
    });
    try {
      return (await client.send(command)).MessageId ?? '';
    } catch (error) {
      throw new Transient('SES did not accept the mail', { cause: error });
    }
  },
});
