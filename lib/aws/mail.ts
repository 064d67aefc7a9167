/** Sends mails with SES. */

import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { mailConfig } from '#lib/config.ts';
import { type MailOrigin, mailTags } from '#lib/model/mail-trouble.ts';
import type { Mail } from '#lib/model/notice.ts';
import type { Mailer } from '#lib/model/ports.ts';
import { Transient } from '#lib/model/problem.ts';
import { roleCredentials } from './credentials.ts';
import { mimeOf } from './mime.ts';

let client: SESClient | undefined;

export const mailer = (): Mailer => ({
  /** Returns SES's message id. */
  sendMail: async (to: string, mail: Mail, { teamId, keyId }: MailOrigin): Promise<string> => {
    client ??= new SESClient({ maxAttempts: 3, ...roleCredentials() });
    const { MAIL_FROM, MAIL_CONFIGURATION_SET } = mailConfig();
    const command = new SendRawEmailCommand({
      Source: MAIL_FROM,
      ...(MAIL_CONFIGURATION_SET ? { ConfigurationSetName: MAIL_CONFIGURATION_SET } : {}),
      Tags: [{ Name: mailTags.team, Value: teamId }, ...(keyId === null ? [] : [{ Name: mailTags.key, Value: keyId }])],
      Destinations: [to],
      RawMessage: { Data: mimeOf({ from: MAIL_FROM, to }, mail) },
    });
    try {
      return (await client.send(command)).MessageId ?? '';
    } catch (error) {
      throw new Transient('SES did not accept the mail', { cause: error });
    }
  },
});
