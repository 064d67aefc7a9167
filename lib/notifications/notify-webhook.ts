/** Notifies the admins of a team's apps of a webhook that gets no events any more. */
import type { App } from '#lib/model/app.ts';
import type { WebhookNotice } from '#lib/model/notice.ts';
import type { WebhookNoticeRequest } from '#lib/model/outbox-message.ts';
import { allOfTeam } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';
import { mailboxOf } from '#lib/model/recipient.ts';
import type { Webhook } from '#lib/model/webhook.ts';
import type { Addressee } from './recipient-notice.ts';
import { type SendDeps, sendNotice } from './send-notice.ts';

export type NotifyWebhookDeps = SendDeps & Needs<'webhookById' | 'listApps' | 'teamById'>;

/** Sends nothing if the webhook was removed or resumed. Throws `Transient` while a recipient could not be notified. */
export async function notifyOfWebhook(deps: NotifyWebhookDeps, request: WebhookNoticeRequest): Promise<void> {
  const { teamId, webhookId } = request;
  const webhook = await deps.webhookById(teamId, webhookId);
  if (!webhook || webhook.status === 'active') return;
  const [team, apps] = await Promise.all([deps.teamById(teamId), allOfTeam(deps.listApps, teamId)]);
  const context = { webhook, team: team?.name ?? teamId, apiUrl: deps.settings().apiUrl };
  const noticeFor = (_: Addressee, at: Date) => webhookNotice(context, at);
  await sendNotice(deps, { request, subject: { webhookId }, isFolded: false, noticeFor }, adminsOf(apps));
}

/** Each mailbox once. */
function adminsOf(apps: readonly Pick<App, 'admins'>[]): Addressee[] {
  const byMailbox = new Map(apps.flatMap(({ admins }) => admins.map((email) => [mailboxOf(email), email] as const)));
  return [...byMailbox.values()].map((email) => ({ email, role: 'admin', databases: [] }));
}

interface NoticeContext {
  readonly webhook: Webhook;
  readonly team: string;
  readonly apiUrl: string;
}

const webhookNotice = ({ webhook, team, apiUrl }: NoticeContext, at: Date): WebhookNotice => ({
  fact: 'webhook_paused',
  team,
  webhookId: webhook.id,
  host: new URL(webhook.url).host,
  reason: webhook.pausedBecause ?? 'failing',
  failingSince: webhook.failingSince,
  apiUrl,
  at: at.toISOString(),
  databases: [],
  role: 'admin',
  confirmation: null,
});
