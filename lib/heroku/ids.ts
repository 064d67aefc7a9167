/** Names and ids as the Heroku CLI sends them. It treats our ids as opaque. */
import type { Database } from '#lib/model/database.ts';

export const serviceName = 'heroku-redis';

/** `heroku-redis:private-7` from `private-7`. */
export const planName = (plan: string): string => `${serviceName}:${plan}`;

/** `private-7` from `heroku-redis:private-7`, the default plan from `heroku-redis`; null for another service's plan. */
export function parsePlan(text: string): string | null {
  const [service, plan, ...more] = text.split(':');
  if (service !== serviceName || more.length > 0) return null;
  return plan ?? defaultPlan;
}

export const defaultPlan = 'private-7';

/** An attachment is identified by its app and its name. */
export const attachmentId = (appId: string, name: string): string => `${appId}::${name}`;

export function parseAttachmentId(id: string): { readonly appId: string; readonly name: string } | null {
  const [, appId, name] = /^(.+)::([A-Z0-9_]+)$/.exec(id) ?? [];
  return appId && name ? { appId, name } : null;
}

export const owningApp = ({ appId, appName }: Pick<Database, 'appId' | 'appName'>) => ({ id: appId, name: appName });
