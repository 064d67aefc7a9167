/** Changes, pauses, resumes, rotates and removes webhooks. */
import { plusSeconds } from '#lib/model/clock.ts';
import { retryOnConflict } from '#lib/model/conflict.ts';
import type { Actor, NewEntry } from '#lib/model/entry.ts';
import type { EventType } from '#lib/model/events.ts';
import { webhookRemoved, webhookSaved } from '#lib/model/items/webhooks.ts';
import type { Needs } from '#lib/model/ports.ts';
import { requireWebhook } from '#lib/model/require.ts';
import type { Webhook } from '#lib/model/webhook.ts';
import type { TargetRules } from '#lib/model/webhook-url.ts';
import type { WithSecret } from './create.ts';
import { type NewSecretDeps, sealNewSecret } from './secret.ts';
import { hostOf, requireUrl } from './url.ts';

interface WebhookRef {
  readonly teamId: string;
  readonly webhook: string;
  readonly actor: Actor;
}

export type WebhookWriteDeps = Needs<'webhookById' | 'commit' | 'now'>;
export type ChangeWebhookDeps = WebhookWriteDeps & { readonly settings: () => TargetRules };

export interface ChangeRequest extends WebhookRef {
  readonly url?: string | undefined;
  readonly description?: string | undefined;
  readonly types?: readonly EventType[] | null | undefined;
  readonly status?: 'active' | 'paused' | undefined;
}

/** A webhook without a difference is not written. Throws `not_found`, `invalid_request`. */
export const changeWebhook =
  (deps: ChangeWebhookDeps) =>
  (request: ChangeRequest): Promise<Webhook> =>
    retryOnConflict(async () => {
      const webhook = await requireWebhook(deps)(request.teamId, request.webhook);
      const url = request.url === undefined ? webhook.url : requireUrl(request.url, deps.settings()).href;
      const { description = webhook.description, types = webhook.types } = request;
      const changed = { ...webhook, ...statusAfter(webhook, request.status), url, description, types };
      const entries = entriesOf(webhook, changed, request.actor);
      if (entries.length === 0) return webhook;
      await deps.commit({ teamId: webhook.teamId, at: deps.now(), changes: [webhookSaved(changed)], entries });
      return changed;
    });

type StatusFields = Pick<Webhook, 'status' | 'pausedBecause' | 'failingSince'>;

/** A pause by a request keeps the reason of an earlier one. */
function statusAfter(webhook: Webhook, status: ChangeRequest['status']): StatusFields {
  if (status === 'active' && webhook.status !== 'active')
    return { status: 'active', pausedBecause: null, failingSince: null };
  if (status === 'paused' && webhook.status === 'active')
    return { status: 'paused', pausedBecause: 'requested', failingSince: webhook.failingSince };
  return webhook;
}

function entriesOf(before: Webhook, after: Webhook, actor: Actor): NewEntry[] {
  const common = { actor, subject: { webhookId: before.id } };
  const members = (['url', 'description', 'types'] as const).filter(
    (member) => JSON.stringify(before[member]) !== JSON.stringify(after[member]),
  );
  const host = hostOf(after);
  const entries: NewEntry[] =
    members.length > 0 ? [{ ...common, type: 'WebhookChanged', data: { host, members } }] : [];
  if (before.status === after.status) return entries;
  if (after.status === 'active') return [...entries, { ...common, type: 'WebhookResumed', data: { host } }];
  const data = { host, reason: 'requested' as const, failingSince: after.failingSince };
  return [...entries, { ...common, type: 'WebhookPaused', data }];
}

/** Pending deliveries are not sent any more. Throws `not_found`. */
export const removeWebhook =
  (deps: WebhookWriteDeps) =>
  async ({ teamId, webhook: id, actor }: WebhookRef): Promise<void> => {
    const webhook = await requireWebhook(deps)(teamId, id);
    await deps.commit({
      teamId,
      at: deps.now(),
      changes: webhookRemoved(webhook),
      entries: [{ type: 'WebhookDeleted', actor, subject: { webhookId: id }, data: { host: hostOf(webhook) } }],
    });
  };

/**
 * From now on the new secret signs, and during the overlap the previous one, too; a secret from before the previous one
 * ends. Throws `not_found`.
 */
export const rotateSecret =
  (deps: WebhookWriteDeps & NewSecretDeps) =>
  async ({ teamId, webhook: id, actor, overlapHours }: WebhookRef & { overlapHours: number }): Promise<WithSecret> => {
    await requireWebhook(deps)(teamId, id);
    const { secret, sealedSecret } = await sealNewSecret(deps, { teamId, id });
    const webhook = await retryOnConflict(async () => {
      const before = await requireWebhook(deps)(teamId, id);
      const at = deps.now();
      const until = plusSeconds(at, overlapHours * 3600).toISOString();
      const rotated = { ...before, sealedSecret, previous: { sealedSecret: before.sealedSecret, until } };
      await deps.commit({
        teamId,
        at,
        changes: [webhookSaved(rotated)],
        entries: [
          {
            ...{ type: 'WebhookSecretRotated', actor, subject: { webhookId: id } },
            data: { host: hostOf(before), overlapUntil: until },
          },
        ],
      });
      return rotated;
    });
    return { webhook, secret };
  };
