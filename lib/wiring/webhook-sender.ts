/** The delivery of webhooks, joined with a deployment's table, KMS and the network. */
import { setTimeout as sleep } from 'node:timers/promises';
import { keyVault } from '#lib/aws/kms.ts';
import { resolveHost } from '#lib/http/addresses.ts';
import { webhookSender } from '#lib/http/post.ts';
import { now } from '#lib/model/clock.ts';
import type { Needs } from '#lib/model/ports.ts';
import { commit } from '#lib/store/commit.ts';
import { outboxStore } from '#lib/store/outbox.ts';
import { timelineStore } from '#lib/store/timeline.ts';
import { webhookStore } from '#lib/store/webhooks.ts';
import { serveWoken, sweepWebhooks } from '#lib/webhooks/serve.ts';
import { serveTeam } from '#lib/webhooks/serve-team.ts';
import { platformKey, targetRules } from './settings.ts';

/** Publishes nothing: the function has no right to, and the sweep of the outbox does within two minutes. */
const quietCommitter: Needs<'commit'> = { commit: async (unit) => void (await commit(unit)) };

const servePorts = () => ({
  ...webhookStore(),
  ...timelineStore(),
  ...outboxStore(),
  now,
  serveTeam: serveTeam({
    ...webhookStore(),
    ...timelineStore(),
    ...keyVault(),
    ...platformKey(),
    ...quietCommitter,
    ...webhookSender({ resolve: resolveHost, rules: targetRules }),
    pause: (seconds) => sleep(seconds * 1000),
    random: Math.random,
    now,
  }),
});

export const serveTeamNow = () => serveWoken(servePorts());
export const sweep = () => sweepWebhooks(servePorts());
