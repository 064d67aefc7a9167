/** A request's URL for a webhook. */
import { invalidValue } from '#lib/model/problem.ts';
import { type TargetRules, targetOf } from '#lib/model/webhook-url.ts';

/** Throws `invalid_request` with what to change. */
export function requireUrl(text: string, rules: TargetRules): URL {
  const target = targetOf(text, rules);
  if (typeof target !== 'string') return target.url;
  throw invalidValue('/url', target);
}

export const hostOf = ({ url }: { readonly url: string }): string => new URL(url).host;
