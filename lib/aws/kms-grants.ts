/** Lists KMS's grants on a customer's key to principals of the platform's account. */

import { type GrantListEntry, ListGrantsCommand, ListRetirableGrantsCommand } from '@aws-sdk/client-kms';
import { dataPlaneConfig } from '#lib/config.ts';
import type { GrantPage, GrantQuery, GrantsById, KmsGrant } from '#lib/model/grant.ts';
import type { GrantReader } from '#lib/model/ports.ts';
import { dataPlaneKms } from './kms.ts';
import { kmsFailure } from './kms-errors.ts';

/** KMS API reference, ListGrants and ListRetirableGrants. */
const pageLimit = 100;
/** Pages that a request reads of `ListRetirableGrants`, which lists the grants of all keys. */
const maxPages = 10;
/** Concurrent requests; KMS allows an account 100 per second. */
const atOnce = 10;

export const grantReader = (): GrantReader => ({
  /** A page of the platform's grants. It may be short, since grants to other principals are filtered out. */
  grantsOnKey: (keyArn: string, query: GrantQuery): Promise<GrantPage> =>
    withFallback(() => listGrants(keyArn, query), {
      missing: { scope: 'key', grants: [], next: null },
      refused: () => listRetirable(keyArn, query),
      fallback: { scope: 'nothing', grants: [], next: null },
    }),

  grantsById: (keyArn: string, ids: readonly string[]): Promise<GrantsById> =>
    withFallback(() => listGrantsById(keyArn, ids), {
      missing: { scope: 'key', grants: new Map(ids.map((id) => [id, null])) },
      refused: () => listRetirableById(keyArn, ids),
      fallback: { scope: 'nothing', grants: new Map() },
    }),
});

interface Fallbacks<T> {
  /** The key does not exist. */
  readonly missing: T;
  readonly refused: () => Promise<T>;
  readonly fallback: T;
}

async function withFallback<T>(request: () => Promise<T>, { missing, refused, fallback }: Fallbacks<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const { kind } = kmsFailure(error);
    if (kind === 'not_found') return missing;
    return kind === 'denied' ? refused().catch(() => fallback) : fallback;
  }
}

async function listGrants(keyArn: string, { after, limit }: GrantQuery): Promise<GrantPage> {
  const command = new ListGrantsCommand({
    KeyId: keyArn,
    Limit: Math.min(limit, pageLimit),
    ...(after ? { Marker: after } : {}),
  });
  const { Grants = [], NextMarker } = await dataPlaneKms().send(command);
  return { scope: 'key', grants: Grants.filter(isOfPlatform).map(asGrant), next: NextMarker ?? null };
}

async function listGrantsById(keyArn: string, ids: readonly string[]): Promise<GrantsById> {
  const found = new Map<string, KmsGrant | null>();
  for (let from = 0; from < ids.length; from += atOnce) {
    const batch = ids.slice(from, from + atOnce);
    const responses = await Promise.all(
      batch.map((GrantId) => dataPlaneKms().send(new ListGrantsCommand({ KeyId: keyArn, GrantId }))),
    );
    for (const [index, { Grants = [] }] of responses.entries())
      found.set(batch[index] ?? '', Grants.map(asGrant)[0] ?? null);
  }
  return { scope: 'key', grants: found };
}

/** Authorized by the platform's account alone, not by the key policy. */
async function retirablePage(after: string | null, limit: number) {
  const { DATA_PLANE_ROLE_ARN: RetiringPrincipal } = dataPlaneConfig();
  const { Grants = [], NextMarker } = await dataPlaneKms().send(
    new ListRetirableGrantsCommand({
      RetiringPrincipal,
      Limit: Math.min(limit, pageLimit),
      ...(after ? { Marker: after } : {}),
    }),
  );
  return { grants: Grants, next: NextMarker ?? null };
}

async function listRetirable(keyArn: string, { after, limit }: GrantQuery): Promise<GrantPage> {
  const found: KmsGrant[] = [];
  let next = after;
  for (let pages = 0; pages < maxPages && found.length === 0; pages++) {
    const page = await retirablePage(next, limit);
    found.push(...page.grants.filter((grant) => grant.KeyId === keyArn && isOfPlatform(grant)).map(asGrant));
    next = page.next;
    if (next === null) break;
  }
  return { scope: 'retirable', grants: found, next };
}

/** A grant that is missing in the pages read is unknown, unless they are all pages. */
async function listRetirableById(keyArn: string, ids: readonly string[]): Promise<GrantsById> {
  const found = new Map<string, KmsGrant | null>();
  let next: string | null = null;
  for (let pages = 0; pages < maxPages; pages++) {
    const page = await retirablePage(next, pageLimit);
    for (const grant of page.grants.filter(({ KeyId }) => KeyId === keyArn).map(asGrant)) found.set(grant.id, grant);
    next = page.next;
    if (next === null) return { scope: 'retirable', grants: new Map(ids.map((id) => [id, found.get(id) ?? null])) };
  }
  return { scope: 'retirable', grants: found };
}

/** Whether the grantee is a principal of the platform's account. Grants to others are not shown. */
function isOfPlatform({ GranteePrincipal = '' }: GrantListEntry): boolean {
  const accountOf = (arn: string) => arn.split(':')[4];
  return accountOf(GranteePrincipal) === accountOf(dataPlaneConfig().DATA_PLANE_ROLE_ARN);
}

const asGrant = ({
  GrantId,
  Name,
  GranteePrincipal,
  Operations,
  Constraints,
  CreationDate,
}: GrantListEntry): KmsGrant => ({
  id: GrantId ?? '',
  name: Name ?? null,
  grantee: GranteePrincipal ?? '',
  operations: [...(Operations ?? [])],
  context: { ...(Constraints?.EncryptionContextEquals ?? Constraints?.EncryptionContextSubset) },
  createdAt: CreationDate?.toISOString() ?? null,
});
