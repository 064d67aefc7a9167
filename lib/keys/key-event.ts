/** An event from a customer's account that says something about a key. It decides nothing: it only says which key to look at, and who did it. */
import type { Actor } from '#lib/timeline/entry.ts';

/** The envelope's members that are read. `account` is set by EventBridge; everything in `detail` is only what the sender says. */
export interface BusEvent {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly account: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export interface KeyEvent {
  readonly arns: readonly string[];
  readonly actor: Actor;
}

/** Null for what is no news of a key: a failed call (`errorCode`), or a key of another account than the sender's. */
export function keyEventOf(event: BusEvent): KeyEvent | null {
  const detail = (typeof event.detail === 'object' && event.detail !== null ? event.detail : {}) as CloudTrailDetail;
  if (detail.errorCode) return null;
  const named = [...event.resources, ...(Array.isArray(detail.resources) ? detail.resources.map((resource) => resource?.ARN) : [])];
  const arns = [...new Set(named)].filter(
    (arn): arn is string => typeof arn === 'string' && arn.split(':')[4] === event.account && arn.includes(':key/'),
  );
  const principal = detail.userIdentity?.arn;
  const actor: Actor = typeof principal === 'string' ? { kind: 'aws_principal', id: principal } : { kind: 'event', id: event.id };
  return arns.length > 0 ? { arns, actor } : null;
}

interface CloudTrailDetail {
  readonly errorCode?: unknown;
  readonly resources?: readonly ({ readonly ARN?: unknown } | null)[];
  readonly userIdentity?: { readonly arn?: unknown };
}
