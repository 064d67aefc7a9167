/** An effect of a change is due: a workflow is started, or admins are told. */

import { mailer } from '#lib/aws/mail.ts';
import { workflows } from '#lib/aws/workflows.ts';
import { EffectDue } from '#lib/contracts/machines.ts';
import { maintain } from '#lib/databases/maintenance-work.ts';
import { applyRotation } from '#lib/databases/rotate.ts';
import { listener } from '#lib/edge/listener.ts';
import { now } from '#lib/model/clock.ts';
import { notifyAdmins } from '#lib/notifications/notify.ts';
import { renderMail } from '#lib/notifications/render.ts';
import { performEffect } from '#lib/outbox/perform.ts';
import { appStore } from '#lib/store/apps.ts';
import { databaseStore } from '#lib/store/databases.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { noticeStore } from '#lib/store/notices.ts';
import { outboxStore } from '#lib/store/outbox.ts';
import { recipientStore } from '#lib/store/recipients.ts';
import { teamStore } from '#lib/store/teams.ts';
import { restarter } from '#lib/wiring/apps.ts';
import { rotating } from '#lib/wiring/databases.ts';
import { notifying } from '#lib/wiring/notifications.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = listener(() => {
  const stores = {
    ...noticeStore(),
    ...keyStore(),
    ...lockoutStore(),
    ...teamStore(),
    ...recipientStore(),
    ...databaseStore(),
    ...appStore(),
  };
  const notify = notifyAdmins({ ...stores, ...mailer(), ...recorder(), ...notifying(), render: renderMail, now });
  const perform = performEffect({
    ...outboxStore(),
    ...workflows(),
    ...restarter(),
    applyRotation: applyRotation(rotating()),
    maintain: maintain(rotating()),
    notify,
    now,
  });
  return ({ detail }) => perform(EffectDue.parse(detail).id);
});
