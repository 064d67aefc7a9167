/**
 * Lists the platform's grants on a key. The grants that databases recorded come first, each with its status in KMS;
 * then all others: grants that EC2 created for volumes, and grants that a failure left behind.
 */

import { decodeCursor, encodeCursor } from '#lib/model/cursor.ts';
import type { Database } from '#lib/model/database.ts';
import { type GrantsById, grantOperations, type KmsGrant } from '#lib/model/grant.ts';
import type { Needs } from '#lib/model/ports.ts';
import { requireKey } from '#lib/model/require.ts';

export type ListGrantsDeps = Needs<'keyById' | 'databasesOnKey' | 'databasesById' | 'grantsOnKey' | 'grantsById'>;

interface ListGrantsRequest {
  readonly teamId: string;
  readonly key: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

interface GrantView {
  readonly id: string;
  readonly database: string | null;
  readonly status: 'active' | 'revoked' | 'unknown';
  readonly operations: string[];
  readonly grantee: string | null;
  readonly context: Record<string, string>;
  readonly createdAt: string | null;
}

/** A cursor of the second part of the list holds KMS's marker; KMS's first page has none. */
const markerPrefix = 'kms:';
const cursorOf = (marker: string | null) =>
  encodeCursor(`${markerPrefix}${Buffer.from(marker ?? '').toString('base64url')}`);
const markerOf = (position: string) => Buffer.from(position.slice(markerPrefix.length), 'base64url').toString() || null;

/** Throws `not_found`, and `invalid_request` for a cursor that no page gave. */
export const listGrants = (deps: ListGrantsDeps) => async (request: ListGrantsRequest) => {
  const { arn } = await requireKey(deps)(request.teamId, request.key);
  const position = positionOf(request.cursor);
  const { teamId, limit } = request;
  if (position?.startsWith(markerPrefix)) return otherGrants(deps, { arn, teamId, limit, after: markerOf(position) });
  const page = await deps.databasesOnKey({ teamId, keyArn: arn }, { after: position, limit });
  const { items, scope } = await recordedGrants(deps, arn, page.items);
  if (page.cursor) return { items, seen: scope, cursor: encodeCursor(page.cursor) };
  if (page.items.length >= limit) return { items, seen: scope, cursor: cursorOf(null) };
  const others = await otherGrants(deps, { arn, teamId, limit: limit - page.items.length, after: null });
  return { ...others, items: [...items, ...others.items] };
};

function positionOf(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const isMarker = Buffer.from(cursor, 'base64url').toString().startsWith(markerPrefix);
  return decodeCursor(cursor, isMarker ? markerPrefix : 'db_');
}

async function recordedGrants(deps: ListGrantsDeps, arn: string, databases: readonly Database[]) {
  const recorded = databases.flatMap(({ grantId, name }) => (grantId ? [{ grantId, name }] : []));
  const ids = recorded.map(({ grantId }) => grantId);
  const none: GrantsById = { scope: 'key', grants: new Map() };
  const { scope, grants } = ids.length > 0 ? await deps.grantsById(arn, ids) : none;
  const items = recorded.map(({ grantId, name }): GrantView => {
    const grant = grants.get(grantId);
    return grant ? active(grant, name) : absent(grantId, { name, status: grant === null ? 'revoked' : 'unknown' });
  });
  return { items, scope };
}

const active = (grant: KmsGrant, database: string | null): GrantView => ({
  ...{ id: grant.id, database, status: 'active', operations: [...grant.operations] },
  ...{ grantee: grant.grantee, context: { ...grant.context }, createdAt: grant.createdAt },
});

/** A grant that KMS does not list, with the operations that Latchkey requested. */
const absent = (id: string, { name, status }: { name: string; status: 'revoked' | 'unknown' }): GrantView => ({
  ...{ id, database: name, status, operations: [...grantOperations] },
  ...{ grantee: null, context: {}, createdAt: null },
});

interface Others {
  readonly arn: string;
  readonly teamId: string;
  readonly limit: number;
  readonly after: string | null;
}

async function otherGrants(deps: ListGrantsDeps, { arn, teamId, limit, after }: Others) {
  const { grants, next, scope } = await deps.grantsOnKey(arn, { after, limit });
  const names = [...new Set(grants.flatMap(({ name }) => (name?.startsWith('db_') ? [name] : [])))];
  const databases = names.length > 0 ? await deps.databasesById(teamId, names) : [];
  const recorded = new Set(databases.map(({ grantId }) => grantId));
  const nameOf = new Map(databases.map(({ id, name }) => [id, name]));
  const items = grants
    .filter(({ id }) => !recorded.has(id))
    .map((grant) => active(grant, nameOf.get(grant.name ?? '') ?? null));
  return { items, seen: scope, cursor: next === null ? null : cursorOf(next) };
}
