/** Names and ids as the Heroku CLI sends them. Our own ids serve as its ids: it never looks into one. */
import type { Database } from '#lib/model/database.ts';

export const serviceName = 'heroku-redis';

/** `heroku-redis:private-7` from `private-7`. */
export const planName = (plan: string): string => `${serviceName}:${plan}`;

/** `private-7` from `heroku-redis:private-7`; null for another service's plan. The service alone means its default plan. */
export function planIn(text: string): string | null {
  const [service, plan, ...more] = text.split(':');
  if (service !== serviceName || more.length > 0) return null;
  return plan ?? defaultPlan;
}

export const defaultPlan = 'private-7';

/** An attachment has no id of its own; its app and its name are one. */
export const attachmentId = (appId: string, name: string): string => `${appId}::${name}`;

export function attachmentIn(id: string): { readonly appId: string; readonly name: string } | null {
  const [, appId, name] = /^(.+)::([A-Z0-9_]+)$/.exec(id) ?? [];
  return appId && name ? { appId, name } : null;
}

export const owningApp = ({ appId, appName }: Pick<Database, 'appId' | 'appName'>) => ({ id: appId, name: appName });
