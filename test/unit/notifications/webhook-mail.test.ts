/** The recipients of the notice that a webhook gets no events any more, and its text. */
import { describe, expect, it } from '@jest/globals';
import type { WebhookNotice } from '#lib/model/notice.ts';
import type { WebhookNoticeRequest } from '#lib/model/outbox-message.ts';
import { notifyOfWebhook } from '#lib/notifications/notify-webhook.ts';
import { renderMail } from '#lib/notifications/render.ts';
import { anApp, anId, at, teamId } from '#test/support/build.ts';
import { aWebhook } from '../webhooks/a-webhook.ts';

const notice = (changes: Partial<WebhookNotice> = {}): WebhookNotice => ({
  fact: 'webhook_paused',
  team: 'acme',
  webhookId: anId('wh', 1),
  host: 'hooks.example.com',
  reason: 'failing',
  failingSince: '2026-11-19T11:00:00.000Z',
  apiUrl: 'https://api.example',
  at: at.toISOString(),
  databases: [],
  role: 'admin',
  confirmation: null,
  ...changes,
});

describe('the mail', () => {
  it('reads as agreed', () => {
    const { subject, text } = renderMail(notice());

    expect(subject).toBe('[Latchkey] a webhook to hooks.example.com gets no events any more');
    expect(text).toMatchSnapshot();
  });

  it('distinguishes a receiver that no longer exists from one that fails', () => {
    expect(renderMail(notice({ reason: 'gone' })).text).toContain('410 Gone');
    expect(renderMail(notice()).text).toContain('five days');
  });

  it('keeps a hostile host on one line', () => {
    const { subject, text } = renderMail(notice({ host: 'evil\r\nBcc: all@example.com' }));

    expect(subject).not.toMatch(/[\r\n]/);
    expect(text).not.toContain('\nBcc');
  });
});

describe('the notice', () => {
  const request: WebhookNoticeRequest = {
    ...{ teamId, webhookId: aWebhook().id, fact: 'webhook_paused', about: at.toISOString() },
  };
  type Deps = Parameters<typeof notifyOfWebhook>[0];

  /** The addresses that were mailed, with the apps of the team and the state of the webhook. */
  async function mailed(webhook: ReturnType<typeof aWebhook> | null): Promise<string[]> {
    const to: string[] = [];
    const deps: Partial<Deps> = {
      now: () => at,
      settings: () => ({ apiUrl: 'https://api.example', settleSeconds: 60, pauseSeconds: 0 }),
      webhookById: async () => webhook,
      teamById: async () => ({ id: teamId, name: 'acme' }),
      listApps: async () => ({
        items: [
          anApp({ admins: ['ann@example.com', 'Ben+redis@example.com'] }),
          anApp({ id: anId('app', 2), admins: ['ben@example.com'] }),
        ],
        cursor: null,
      }),
      mailDomainsOf: async () => ({ domains: ['example.com'], version: 1 }),
      recipientsOf: async () => [],
      noticeTo: async () => null,
      claimNotice: async () => true,
      countedToday: async () => true,
      noticeSent: async (_, admin) => ({
        ...{ pk: '', sk: '', admin, sentAt: at.toISOString(), messageId: '1', claimedUntil: null, version: 1 },
      }),
      render: renderMail,
      sendMail: async (address) => {
        to.push(address);
        return '1';
      },
      commit: async () => undefined,
      pause: async () => undefined,
    };
    await notifyOfWebhook(deps as Deps, request);
    return to;
  }

  it('goes to each mailbox of the admins of the team’s apps once', async () => {
    expect(await mailed(aWebhook({ status: 'paused', pausedBecause: 'failing' }))).toEqual([
      'ann@example.com',
      'ben@example.com',
    ]);
  });

  it('is not sent once the webhook is active again, or removed', async () => {
    expect(await mailed(aWebhook())).toEqual([]);
    expect(await mailed(null)).toEqual([]);
  });
});
