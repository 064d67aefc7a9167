/**
 * A first call for each function: of a read, and of a few creates, one that succeeds. What would change something names a subject that isn't
 * there, so that each round finds the same: it is then refused or over after its reads.
 */
import { createDatabase } from '#lib/databases/create.ts';
import { creating } from '#lib/wiring/database-life.ts';
import type { FunctionSettings } from '../../scripts/deploy/entries.ts';
import type { World } from '../requests/aws.ts';
import { apiEvent } from '../requests/events.ts';

/** The team's own. */
export interface Subjects extends World {
  readonly databaseId: string;
}

/** A database of the team's, being created; answers its id. */
export async function databaseOf({ teamId, app, keyArn }: World): Promise<string> {
  const actor = { kind: 'operator', id: 'bench' } as const;
  return (
    await createDatabase(creating())({ teamId, actor, name: 'orders', plan: 'private-7', app, encryptionKey: keyArn })
  ).id;
}

const absent = (kind: string) => `${kind}_01k9vafd3zq8w5n4m2xj7ht6ra`;

const bodies: Readonly<Record<string, (subjects: Subjects) => unknown>> = {
  createDatabase: ({ app, keyArn }) => ({ plan: 'private-7', app, encryptionKey: keyArn }),
  createToken: () => ({ name: 'another', scopes: ['read'] }),
  createApp: ({ app }) => ({ name: app, admins: ['admin@example.com'] }),
  createSpace: () => ({ name: 'bench', tier: 'private' }),
  registerKey: ({ keyArn }) => ({ arn: keyArn }),
  promoteDatabase: ({ app }) => ({ app }),
};

export function firstCall(key: string, { handler, events = [] }: FunctionSettings, subjects: Subjects): unknown {
  if (handler.startsWith('functions/tasks/')) return taskInput(subjects);
  const [route] = events.flatMap(({ httpApi }) =>
    typeof httpApi === 'object' ? [httpApi as { method: string; path: string }] : [],
  );
  if (!route) throw new Error(`${key} has no route`);
  const method = route.method.toUpperCase();
  const isRead = method === 'GET' || key === 'checkKey';
  const params = isRead ? { key: subjects.keyId, database: subjects.databaseId, app: subjects.app } : {};
  const body = method === 'GET' || method === 'DELETE' ? undefined : (bodies[key]?.(subjects) ?? {});
  return apiEvent(subjects, { route: `${method} ${route.path}`, params, body });
}

/** What the machines' steps take, of any of them; each picks its own. */
const taskInput = ({ teamId, keyId }: Subjects) => ({
  ...{ teamId, keyId, lockoutId: absent('lock'), databaseId: absent('db'), backupId: absent('bak') },
  run: 1,
  batch: { after: null, upTo: null },
  taken: { objectBytes: 1000, memoryBytes: 1000 },
  error: { Error: 'Problem', Cause: 'none' },
  shard: 0,
  after: null,
});
