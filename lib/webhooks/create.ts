/** Creates webhooks. */

import { retryOnConflict } from '#lib/model/conflict.ts';
import type { EventType } from '#lib/model/events.ts';
import { feedCreated, webhookCreated } from '#lib/model/items/webhooks.ts';
import type { Needs } from '#lib/model/ports.ts';
import type { TeamRequest } from '#lib/model/request.ts';
import type { Webhook } from '#lib/model/webhook.ts';
import type { TargetRules } from '#lib/model/webhook-url.ts';
import { type NewSecretDeps, sealNewSecret } from './secret.ts';
import { hostOf, requireUrl } from './url.ts';

export type CreateWebhookDeps = NewSecretDeps &
  Needs<'headOfChain' | 'webhookFeedOf' | 'commit' | 'newId' | 'now'> & {
    readonly settings: () => TargetRules;
  };

export interface WebhookRequest extends TeamRequest {
  readonly url: string;
  readonly description: string;
  readonly types: readonly EventType[] | null;
}

/** A webhook with its secret, which is never shown again. */
export interface WithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

/**
 * The webhook gets the events after this one's place in the timeline, the first of which is its own creation. Throws
 * `invalid_request`, `quota_exceeded`.
 */
export const createWebhook =
  (deps: CreateWebhookDeps) =>
  async ({ teamId, actor, url, description, types }: WebhookRequest): Promise<WithSecret> => {
    const target = requireUrl(url, deps.settings());
    const id = deps.newId('wh');
    const { secret, sealedSecret } = await sealNewSecret(deps, { teamId, id });
    const webhook = await retryOnConflict(async () => {
      const [{ seq: afterSeq }, feed] = await Promise.all([deps.headOfChain(teamId), deps.webhookFeedOf(teamId)]);
      const at = deps.now();
      const created: Webhook = {
        ...{ id, teamId, url: target.href, description, types, afterSeq, sealedSecret },
        ...{ status: 'active', pausedBecause: null, previous: null, failingSince: null },
        ...{ createdAt: at.toISOString(), version: 1 },
      };
      await deps.commit({
        teamId,
        at,
        changes: [...webhookCreated(created), ...(feed ? [] : [feedCreated(teamId, afterSeq)])],
        entries: [{ type: 'WebhookCreated', actor, subject: { webhookId: id }, data: { host: hostOf(created) } }],
      });
      return created;
    });
    return { webhook, secret };
  };
