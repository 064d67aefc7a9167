/**
 * The promises as invariants: some hold at every time, some after the faults have ended. Each returns its violations.
 */
import type { App } from '#lib/model/app.ts';
import type { Backup } from '#lib/model/backup.ts';
import type { Database } from '#lib/model/database.ts';
import type { Entry } from '#lib/model/entry.ts';
import type { Key } from '#lib/model/key.ts';
import { isOver, type Lockout } from '#lib/model/lockout.ts';
import { startOfChain, type Verification, verifyEntries } from '#lib/timeline/verify.ts';
import type { Server } from '#simulation/fleet.ts';
import type { SimulatedTable } from '#simulation/table.ts';
import { misjudgedKeys } from './verdicts.ts';
import { databaseOf } from './watch.ts';
import { keyArns, teams, type World } from './world.ts';

const rows = <T>(table: SimulatedTable, prefix: string): T[] =>
  table.rows('TEAM#').filter(({ sk }) => sk.startsWith(prefix)) as unknown as T[];
const databases = ({ table }: World) => rows<Database>(table, 'DB#');
const lockouts = ({ table }: World) => rows<Lockout>(table, 'LOCKOUT#');
const keys = ({ table }: World) => rows<Key>(table, 'KEY#');
const entriesOf = ({ table }: World, teamId: string) =>
  (
    table.rows(`TIMELINE#${teamId}`).filter(({ sk }) => sk.startsWith('ENTRY#')) as unknown as (Entry & {
      pk: string;
      sk: string;
    })[]
  ).map(({ pk: _, sk: __, ...entry }) => entry as Entry);

const minutes = 60_000;
/** The time to detect and to run the steps while calls fail, after the waiting period. */
const toleranceMs = 30 * minutes;
/** The interval of full checks, which alone detect a policy that lost one action if its event is lost. */
const fullCheckIntervalMs = 48 * minutes;

/** Promise 4: no service runs past its deadline under a key that stayed unusable, except one that cannot be saved. */
export function servingPastDeadline(world: World, outageMs: number): string[] {
  const { fleet, kms, time, table, waitingPeriodSeconds } = world;
  return [...fleet.servers.values()].flatMap((server) => {
    if (server.service === 'stopped' || kms.isUsable(server.keyArn) || server.fullUntil + 10 * minutes > time.millis())
      return [];
    const since = kms.keys.get(server.keyArn)?.since ?? 0;
    const status = databaseOf(table, server)?.status;
    const unseen = kms.keys.get(server.keyArn)?.state === 'Enabled' ? fullCheckIntervalMs : 0;
    if (time.millis() - since < waitingPeriodSeconds * 1000 + toleranceMs + unseen + outageMs || status === 'creating')
      return [];
    return [
      `${server.databaseId} (${status}) answers ${Math.round((time.millis() - since) / minutes)} minutes after its ` +
        'key became unusable',
    ];
  });
}

/** Promises 1 to 3: a lockout opens only under an unusable key, never on an unknown state. */
export function openedWithoutReason(world: World, reasons: ReadonlyMap<string, number>): string[] {
  return lockouts(world).flatMap(({ id, keyArn, openedAt }) =>
    Date.parse(openedAt) - (reasons.get(keyArn) ?? 0) > 20_000 ? [`${id} was opened though its key was usable`] : [],
  );
}

/** Promise 9: mails, grants, servers and entries stay in their team. */
export function crossedTeams(world: World): string[] {
  const { mails, kms, fleet } = world;
  const foreign = (teamId: string) => teams.filter((team) => team !== teamId);
  const inMails = mails.flatMap(({ to, mail }) => {
    const team = to.split('@')[1]?.split('.')[0] ?? '';
    return foreign(team).some((other) => mail.text.includes(other.replace('_', '-')))
      ? [`a mail to ${to} tells of another team`]
      : [];
  });
  const users = [
    ...[...kms.grants.values()].map(({ keyArn, context }) => ({ keyArn, team: context['latchkey:team'] ?? '' })),
    ...[...fleet.servers.values()].map(({ keyArn, teamId }) => ({ keyArn, team: teamId })),
  ];
  const onKeys = keyArns.flatMap((arn) => {
    const its = [...new Set(users.filter(({ keyArn }) => keyArn === arn).map(({ team }) => team))];
    const bound = kms.keys.get(arn)?.boundTo;
    return its.length > 1 || its.some((team) => bound && team !== bound)
      ? [`${arn} is used by ${its.join(' and ')}`]
      : [];
  });
  return [...inMails, ...onKeys];
}

/** Where the verification of each team's chain continues. */
export type Verified = Map<string, Verification>;

/** Verifies the entries that were recorded since the last call with the same `verified`. */
export const brokenChains = (world: World, verified: Verified): string[] =>
  teams.flatMap((team) => {
    const before = verified.get(team) ?? startOfChain;
    const after = verifyEntries(before, entriesOf(world, team).slice(before.entries));
    verified.set(team, after);
    const { intact, firstBad } = after;
    return intact ? [] : [`the chain of ${team} breaks at ${firstBad?.seq}: ${firstBad?.reason}`];
  });

/** After the faults have ended: records match the actual state, and nothing is pending. */
export const brokenAtRest = (world: World): string[] => [
  ...databases(world).flatMap((database) => unsettled(world, database)),
  ...lockouts(world).flatMap((lockout) => unfinished(world, lockout)),
  ...misjudgedKeys(world),
  ...orphans(world),
  ...miscounted(world),
  ...world.table
    .rows('OUTBOX')
    .map(
      ({ sk, effect, attempts }) =>
        `${sk} still waits after ${attempts} attempts: ${JSON.stringify(effect).slice(0, 200)}`,
    ),
  ...world.table.rows('WATCHED').flatMap(({ sk, teamId }) => {
    const database = databaseOf(world.table, { teamId: String(teamId), databaseId: sk });
    return database?.fork || database?.promotion ? [] : [`${sk} is still watched`];
  }),
];

function unsettled(world: World, database: Database): string[] {
  const { id, status, serverId, fork } = database;
  const server = world.fleet.servers.get(serverId);
  if (database.promotion || database.handoverTo || database.rotating)
    return [`${id} is still being promoted, handed over or rotated`];
  if (server?.refusesWriters) return [`${id} refuses its writers`];
  const leader = fork
    ? databaseOf(world.table, { teamId: database.teamId, databaseId: fork.leaderId })?.status
    : 'none';
  const seen = `${server?.server ?? 'no server'}, service ${server?.service ?? 'none'}, leader ${leader}`;
  return isRight(world, database, server)
    ? []
    : [`${id} is ${status} under a ${usability(world, database)} key: ${seen}`];
}

const usability = ({ kms }: World, { keyArn }: Database): 'usable' | 'unusable' =>
  !keyArn || kms.isUsable(keyArn) ? 'usable' : 'unusable';

/** A database whose last backup failed keeps the status `destroying`. */
function isRight(world: World, database: Database, server: Server | undefined): boolean {
  const { status, fork } = database;
  if (status === 'failed') return server === undefined;
  if (usability(world, database) === 'unusable')
    return (
      server?.server === 'stopped' && server.service === 'stopped' && (status === 'stopped' || status === 'destroying')
    );
  return server?.service === 'running' && (status === 'destroying' || status === (fork ? 'following' : 'available'));
}

function unfinished({ kms, table }: World, { id, state, keyArn, keyId, teamId }: Lockout): string[] {
  const open = (table.row(`TEAM#${teamId}`, `KEY#${keyId}`) as unknown as Key | undefined)?.lockoutId === id;
  if (isOver(state)) return open ? [`${id} is ${state}, and its key still names it`] : [];
  if (!open) return [`${id} is ${state}, and no key names it`];
  if (kms.isUsable(keyArn)) return [`${id} is ${state} under a usable key`];
  return state === 'stopped' ? [] : [`${id} is ${state} under an unusable key`];
}

/** Resources without an owner. A pending last backup is deleted by the retention (`lib/backups/retention.ts`). */
function orphans(world: World): string[] {
  const { fleet, kms, table, workflows } = world;
  const all = databases(world);
  const ids = new Set(all.map(({ id }) => id));
  const granted = new Set(all.map(({ grantId }) => grantId));
  const apps = rows<App>(table, 'APP#');
  const attached = new Set(
    all.flatMap(({ id, attachments }) => attachments.map(({ appId, name }) => `${appId} ${name} ${id}`)),
  );
  const attaching = new Set(
    apps.flatMap((app) => app.attachments.map(({ name, databaseId }) => `${app.id} ${name} ${databaseId}`)),
  );
  return [
    ...[...fleet.servers.values()]
      .filter(({ databaseId }) => !ids.has(databaseId))
      .map(({ serverId }) => `${serverId} is left without a database`),
    ...[...kms.grants.values()]
      .filter(({ id }) => !granted.has(id))
      .map(({ id, databaseId }) => `${id} for ${databaseId} is left without a database`),
    ...[...attached]
      .filter((each) => !attaching.has(each))
      .map((each) => `the attachment ${each} is unknown to its app`),
    ...[...attaching]
      .filter((each) => !attached.has(each))
      .map((each) => `the attachment ${each} is unknown to its database`),
    ...workflows
      .running()
      .filter((name) => !lockouts(world).some(({ id, state }) => name.startsWith(id) && !isOver(state)))
      .map((name) => `the execution ${name} still runs`),
    ...strayObjects(world),
    ...rows<Backup>(table, 'BACKUP#')
      .filter(({ status, trigger }) => status === 'pending' && trigger !== 'destroy')
      .map(({ id }) => `the backup ${id} is still pending`),
  ];
}

/** Stored objects without a backup. */
function strayObjects({ fleet, table }: World): string[] {
  const known = new Set(rows<Backup>(table, 'BACKUP#').map(({ objectKey }) => objectKey));
  return [...fleet.objects.keys()]
    .filter((key) => !known.has(key))
    .map((key) => `the object ${key} is left without a backup`);
}

const miscounted = (world: World): string[] =>
  keys(world).flatMap(({ id, arn, databases: counted }) => {
    const there = databases(world).filter(({ keyId }) => keyId === id).length;
    return there === counted ? [] : [`${arn} counts ${counted} databases, and ${there} are there`];
  });
