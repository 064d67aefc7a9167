/** The delivery of outbox messages, joined with a deployment's workflows, mail, fleet and apps. */
import { mailer } from '#lib/aws/mail.ts';
import { workflows } from '#lib/aws/workflows.ts';
import { noticeConfig } from '#lib/config.ts';
import { now } from '#lib/model/clock.ts';
import type { NotifySettings } from '#lib/notifications/allow.ts';
import { notifyRecipients } from '#lib/notifications/notify.ts';
import { renderMail } from '#lib/notifications/render.ts';
import { dispatchMessage } from '#lib/outbox/dispatch.ts';
import { appStore } from '#lib/store/apps.ts';
import { contactStore } from '#lib/store/contacts.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { drillStore } from '#lib/store/drills.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { noticeStore } from '#lib/store/notices.ts';
import { outboxStore } from '#lib/store/outbox.ts';
import { recipientStore } from '#lib/store/recipients.ts';
import { teamStore } from '#lib/store/teams.ts';
import { webhookStore } from '#lib/store/webhooks.ts';
import { restart } from './apps.ts';
import { committer } from './committer.ts';
import { finishRotation, maintainServer } from './databases.ts';
import { pauseSeconds } from './settings.ts';

const noticeSettings = (): NotifySettings => {
  const { API_URL, MAIL_SETTLE_SECONDS, MAIL_PAUSE_SECONDS } = noticeConfig();
  return { apiUrl: API_URL, settleSeconds: MAIL_SETTLE_SECONDS, pauseSeconds: MAIL_PAUSE_SECONDS };
};

const notify = () =>
  notifyRecipients({
    ...noticeStore(),
    ...keyStore(),
    ...lockoutStore(),
    ...teamStore(),
    ...recipientStore(),
    ...contactStore(),
    ...drillStore(),
    ...databaseStore(),
    ...appStore(),
    ...webhookStore(),
    ...mailer(),
    ...committer(),
    render: renderMail,
    pause: pauseSeconds,
    settings: noticeSettings,
    now,
  });

export const perform = () =>
  dispatchMessage({
    ...outboxStore(),
    ...workflows(),
    restartApp: restart(),
    applyRotation: finishRotation(),
    maintain: maintainServer(),
    notify: notify(),
    now,
  });
