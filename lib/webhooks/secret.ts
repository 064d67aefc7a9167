/** A webhook's secret at rest: encrypted under the platform's key, for the webhook's team and id. */
import type { Context } from '#lib/model/key.ts';
import { teamContext } from '#lib/model/key.ts';
import { underPlatformKey } from '#lib/model/platform-key.ts';
import type { Needs } from '#lib/model/ports.ts';
import { Secret } from '#lib/model/secret.ts';
import { newWebhookSecret, type Webhook } from '#lib/model/webhook.ts';

export type NewSecretDeps = Needs<'encrypt' | 'platformKeyArn'>;

type WebhookRef = Pick<Webhook, 'teamId' | 'id'>;

/** The roles that handle webhooks may use the platform's key with the second member only (scripts/deploy/rights.ts). */
const contextOf = ({ teamId, id }: WebhookRef): Context => ({ ...teamContext(teamId), 'latchkey:webhook': id });

/** Throws `Transient` while KMS does not respond. */
export async function sealNewSecret(deps: NewSecretDeps, webhook: WebhookRef) {
  const secret = new Secret(newWebhookSecret());
  const sealedSecret = await underPlatformKey(deps.encrypt(deps.platformKeyArn(), secret, contextOf(webhook)));
  return { secret: secret.reveal(), sealedSecret };
}

export type SigningDeps = Needs<'decrypt' | 'platformKeyArn'>;

/** The secrets that sign at this time: the present one, and until the end of a rotation's overlap the previous one. */
export function openSecrets(deps: SigningDeps, webhook: Webhook, at: Date): Promise<string[]> {
  const { sealedSecret, previous } = webhook;
  const isOverlapping = previous !== null && previous.until > at.toISOString();
  const sealed = [sealedSecret, ...(isOverlapping ? [previous.sealedSecret] : [])];
  return Promise.all(
    sealed.map(async (each) =>
      (await underPlatformKey(deps.decrypt(deps.platformKeyArn(), each, contextOf(webhook)))).reveal(),
    ),
  );
}
