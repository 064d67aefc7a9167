/** The actions of customers, teams and attackers, and the outages. */
import type { Actor } from '#lib/model/entry.ts';
import type { KmsKey } from '#simulation/kms.ts';
import { appIds, keyArns, ownerOfKey, teams, type World } from './world.ts';

export type Action =
  | {
      readonly do:
        | 'toggle'
        | 'disable'
        | 'enable'
        | 'scheduleDeletion'
        | 'cancelDeletion'
        | 'allow'
        | 'check'
        | 'register'
        | 'forget';
      readonly key: number;
    }
  | {
      readonly do: 'deny';
      readonly key: number;
      readonly actions: readonly ('Decrypt' | 'Encrypt' | 'CreateGrant' | 'GenerateDataKey')[];
    }
  | { readonly do: 'strict'; readonly key: number; readonly strict: boolean }
  | { readonly do: 'forge'; readonly key: number; readonly failed: boolean }
  | { readonly do: 'provision'; readonly team: number; readonly app: number; readonly key: number }
  | { readonly do: 'fork'; readonly team: number; readonly app: number; readonly key: number; readonly leader: number }
  | {
      readonly do: 'restore';
      readonly team: number;
      readonly app: number;
      readonly key: number;
      readonly backup: number;
    }
  | { readonly do: 'destroy'; readonly database: number; readonly backup: boolean }
  | { readonly do: 'promote'; readonly database: number; readonly app: number }
  | { readonly do: 'backup' | 'rotate' | 'fillDisk'; readonly database: number }
  | {
      readonly do: 'outage';
      readonly service: 'table' | 'kms' | 'fleet' | 'mail' | 'bus' | 'states';
      readonly seconds: number;
    }
  | { readonly do: 'skipSweeps'; readonly minutes: number };

/** Key -1 is the platform's key. */
const arnOf = (key: number): string | undefined => keyArns[key];
const actorOf = (team: string): Actor => ({ kind: 'token', id: `token of ${team}` });

interface Named {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly fork?: unknown;
}
const nth = <T>(items: readonly T[], n: number): T | undefined => items[n % Math.max(1, items.length)];
const rowsOf = <T>(world: World, prefix: string): T[] =>
  world.table.rows('TEAM#').filter(({ sk }) => sk.startsWith(prefix)) as unknown as T[];
const databasesOf = (world: World) => rowsOf<Named>(world, 'DB#');

let unnamed = 0;

function create(
  world: World,
  { team, app, key }: { team: number; app: number; key: number },
  source: { fork?: string; backup?: string },
): void {
  const teamId = teams[team] ?? 'team_a';
  const request = {
    teamId,
    actor: actorOf(teamId),
    app: appIds[team]?.[app] ?? '',
    plan: key < 0 ? 'premium-0' : 'private-7',
    encryptionKey: arnOf(key),
  };
  world.send((api) => api.createDatabase({ ...request, ...source, name: `db-${++unnamed}` }));
}

interface Change {
  /** Whether KMS accepts the change in this state of the key. */
  readonly when: (key: KmsKey, usable: boolean) => boolean;
  readonly to: Partial<Pick<KmsKey, 'state' | 'denied'>>;
}

/** `toggle` is the first change that is possible. */
const changes: { readonly [what: string]: readonly Change[] } = {
  toggle: [
    { when: (_, usable) => usable, to: { state: 'Disabled' } },
    { when: (_, usable) => !usable, to: { state: 'Enabled', denied: new Set() } },
  ],
  disable: [{ when: ({ state }) => state === 'Enabled', to: { state: 'Disabled' } }],
  enable: [{ when: ({ state }) => state === 'Disabled', to: { state: 'Enabled' } }],
  scheduleDeletion: [{ when: ({ state }) => state !== 'PendingDeletion', to: { state: 'PendingDeletion' } }],
  cancelDeletion: [{ when: ({ state }) => state === 'PendingDeletion', to: { state: 'Disabled' } }],
  allow: [{ when: () => true, to: { denied: new Set() } }],
};

const accountOf = (arn: string): string => arn.split(':')[4] ?? '';

/** An accepted change is an event in the customer's account. */
function changeKey({ kms, keyEvent }: World, arn: string, possible: readonly Change[]): void {
  const key = kms.keys.get(arn);
  const change = key && possible.find(({ when }) => when(key, kms.isUsable(arn)));
  if (!change) return;
  kms.change(arn, change.to);
  keyEvent(arn, accountOf(arn));
}

const keyRowOf = (world: World, arn: string) =>
  rowsOf<{ id: string; arn: string }>(world, 'KEY#').find((each) => each.arn === arn);

function actOnKey(world: World, what: string, key: number): void {
  const arn = arnOf(key) ?? '';
  const teamId = ownerOfKey(arn);
  const known = keyRowOf(world, arn);
  if (what === 'register') world.send((api) => api.registerKey({ teamId, arn, actor: actorOf(teamId) }));
  else if (what === 'forget' && known)
    world.send((api) => api.forgetKey({ teamId, key: known.id, actor: actorOf(teamId) }));
  else if (what === 'check' && known)
    world.send(() => world.functions.reconcile({ teamId, keyId: known.id, actor: actorOf(teamId), depth: 'full' }));
  else changeKey(world, arn, changes[what] ?? []);
}

function actOnDatabase(world: World, action: Extract<Action, { readonly database: number }>): void {
  const followers = databasesOf(world).filter(({ fork }) => action.do === 'promote' && fork);
  const database = nth(followers.length > 0 ? followers : databasesOf(world), action.database);
  if (!database) return;
  const { teamId, name } = database;
  const request = { teamId, actor: actorOf(teamId), database: name };
  const team = teams.indexOf(teamId as 'team_a');
  if (action.do === 'destroy')
    world.send((api) => api.destroyDatabase({ ...request, confirm: name, backup: action.backup }));
  if (action.do === 'promote')
    world.send((api) => api.promoteDatabase({ ...request, app: appIds[team]?.[action.app] ?? '' }));
  if (action.do === 'backup') world.send((api) => api.requestBackup(request));
  if (action.do === 'rotate') world.send((api) => api.rotateCredentials(request));
  const server = [...world.fleet.servers.values()].find(({ databaseId }) => databaseId === database.id);
  if (action.do === 'fillDisk' && server) server.fullUntil = world.time.millis() + 180_000;
}

type Of<D extends Action['do']> = Extract<Action, { readonly do: D }>;

const otherActions: {
  readonly [D in 'deny' | 'strict' | 'forge' | 'provision' | 'fork' | 'restore' | 'outage' | 'skipSweeps']: (
    world: World,
    action: Of<D>,
  ) => void;
} = {
  deny: (world, { key, actions }) =>
    changeKey(world, arnOf(key) ?? '', [{ when: () => true, to: { denied: new Set(actions) } }]),
  strict: (world, { key, strict }) => {
    const known = keyRowOf(world, arnOf(key) ?? '');
    const teamId = ownerOfKey(arnOf(key) ?? '');
    if (known) world.send((api) => api.changeKeySettings({ teamId, keyId: known.id, strict, actor: actorOf(teamId) }));
  },
  forge: (world, { key, failed }) =>
    world.keyEvent(
      arnOf(key) ?? '',
      failed ? accountOf(arnOf(key) ?? '') : '999999999999',
      failed ? 'AccessDenied' : undefined,
    ),
  provision: (world, place) => create(world, place, {}),
  fork: (world, { leader, ...place }) => {
    const its = databasesOf(world).filter(({ teamId }) => teamId === teams[place.team]);
    const found = nth(its, leader);
    if (found) create(world, place, { fork: found.name });
  },
  restore: (world, { backup, ...place }) => {
    const found = nth(rowsOf<Named>(world, 'BACKUP#'), backup);
    if (found) create(world, place, { backup: found.id });
  },
  outage: ({ chaos, time }, { service, seconds }) => chaos.outage(service, time.millis() + seconds * 1000),
  skipSweeps: (world, { minutes }) => {
    world.noSweepUntil = world.time.millis() + minutes * 60_000;
  },
};

export function act(world: World, action: Action): void {
  if ('database' in action) actOnDatabase(world, action);
  else if (action.do in otherActions) otherActions[action.do as keyof typeof otherActions](world, action as never);
  else if ('key' in action) actOnKey(world, action.do, action.key);
}
