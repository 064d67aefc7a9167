/** The operations of webhooks, joined with a deployment's table and KMS. */
import { keyVault } from '#lib/aws/kms.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { requireWebhook } from '#lib/model/require.ts';
import { timelineStore } from '#lib/store/timeline.ts';
import { webhookStore } from '#lib/store/webhooks.ts';
import { changeWebhook, removeWebhook, rotateSecret } from '#lib/webhooks/change.ts';
import { createWebhook } from '#lib/webhooks/create.ts';
import { pingWebhook, redeliver } from '#lib/webhooks/send-again.ts';
import { committer } from './committer.ts';
import { platformKey, targetRules } from './settings.ts';

const writePorts = () => ({ ...webhookStore(), ...committer(), settings: targetRules, newId, now });
const secretPorts = () => ({ ...keyVault(), ...platformKey() });

export const list = () => webhookStore().listWebhooks;
export const get = () => requireWebhook(webhookStore());
export const deliveries = () => webhookStore().listDeliveries;
export const create = () => createWebhook({ ...writePorts(), ...secretPorts(), ...timelineStore() });
export const change = () => changeWebhook(writePorts());
export const remove = () => removeWebhook(writePorts());
export const rotate = () => rotateSecret({ ...writePorts(), ...secretPorts() });
export const ping = () => pingWebhook(writePorts());
export const sendAgain = () => redeliver(writePorts());
