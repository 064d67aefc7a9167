/** A database as `heroku redis:info` prints it: ordered rows with their values. */

import { windowOf, windowText } from '#lib/databases/maintenance-window.ts';
import { evictionPolicies, settingsOf } from '#lib/databases/settings.ts';
import type { Database } from '#lib/model/database.ts';
import type { Measurement } from '#lib/model/fleet.ts';
import type { Key } from '#lib/model/key.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import { planNamed } from '#lib/model/plans.ts';
import { refusalsOf } from '#lib/model/refusals.ts';
import { moment } from '#lib/notifications/mail/times.ts';
import { planTitle } from './addon.ts';
import { commandsFor, countdown, describeCause, type KeySituation, presentCauseIn } from './lockout.ts';

export interface RedisView {
  readonly database: Database;
  /** Null under the platform's own key. */
  readonly situation: KeySituation | null;
  readonly measured: Measurement | null;
  readonly now: Date;
}

interface Row {
  readonly name: string;
  readonly values: readonly string[];
}

const row = (name: string, ...values: string[]): Row => ({ name, values });

export function infoRows(view: RedisView): Row[] {
  const { database } = view;
  return [
    row('Plan', planTitle(database.plan)),
    row('Status', statusOf(view)),
    row('Created', moment(database.createdAt)),
    ...measuredRows(view),
    ...settingRows(database),
    ...forkRows(database),
    ...keyRows(view),
    ...(database.failure ? [row('Failure', database.failure.detail)] : []),
  ];
}

/** `locked out` covers all states from stopping to starting. */
export function statusOf({ database, situation }: RedisView): string {
  const { status, promotion } = database;
  const lockout = situation?.lockout;
  if (status === 'stopping' || status === 'stopped') return `locked out (${status})`;
  if (status === 'starting') return 'locked out (starting again)';
  if (promotion) return 'being promoted';
  if (status === 'following') return database.fork?.caughtUp ? 'following, caught up' : 'following, catching up';
  return lockout?.state === 'waiting' ? `${status}, about to be locked out` : status;
}

function measuredRows({ database, measured }: RedisView): Row[] {
  const plan = planNamed(database.plan);
  const { version, usedBytes, clients } = measured ?? { version: null, usedBytes: null, clients: null };
  return [
    ...(version === null ? [] : [row('Version', version)]),
    ...(usedBytes === null || !plan ? [] : [row('Memory', `${mebibytes(usedBytes)} of ${plan.memoryMb} MiB`)]),
    ...(clients === null || !plan ? [] : [row('Connections', `${clients} of ${plan.maxClients}`)]),
  ];
}

/** Settings as `redis:timeout`, `redis:maxmemory` and `redis:keyspace-notifications` read them. */
export function configView(database: Database) {
  const { idleTimeoutSeconds, evictionPolicy, keyspaceEvents } = settingsOf(database);
  return {
    timeout: { value: idleTimeoutSeconds },
    maxmemory_policy: { value: evictionPolicy, values: evictionPolicies },
    notify_keyspace_events: { value: keyspaceEvents },
  };
}

function settingRows(database: Database): Row[] {
  const { idleTimeoutSeconds, evictionPolicy, keyspaceEvents } = settingsOf(database);
  return [
    row('Timeout', idleTimeoutSeconds === 0 ? 'never' : `${idleTimeoutSeconds} seconds`),
    row('Maxmemory', evictionPolicy),
    ...(keyspaceEvents ? [row('Keyspace Events', keyspaceEvents)] : []),
    row('Maintenance Window', windowText(windowOf(database))),
  ];
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(2);

function forkRows({ fork }: Database): Row[] {
  if (!fork) return [];
  const lag = fork.lagBytes === null ? 'lag unknown' : `${fork.lagBytes} bytes behind`;
  return [row('Fork', `follows ${fork.leaderName}`, fork.caughtUp ? `caught up (${lag})` : lag)];
}

function keyRows({ situation, now }: RedisView): Row[] {
  if (!situation) return [row('Customer Encryption Key', 'none: encrypted under the platform’s key')];
  const { key, lockout } = situation;
  return [
    row('Customer Encryption Key', key.arn),
    row('Key State', keyState(situation), `checked ${moment(key.check.at)}`),
    ...(key.check.rotation === null ? [] : [row('Key Rotation', key.check.rotation ? 'on' : 'off')]),
    ...(lockout ? [lockoutRow(lockout, key, now)] : []),
  ];
}

const keyState = ({ key, lockout }: KeySituation): string => {
  const present = presentCauseIn({ key, lockout });
  if (present) return `${key.status}: it ${describeCause(present)}`;
  const refused = refusalsOf(key.check).map(({ action }) => `kms:${action}`);
  return key.status === 'degraded' ? `degraded: it refuses ${refused.join(', ')}` : 'usable';
};

function lockoutRow(lockout: Lockout, key: Key, now: Date): Row {
  const { state, deadline } = lockout;
  const present = presentCauseIn({ key, lockout });
  const remedyRows = present && !state.startsWith('starting') ? formatRemedy(commandsFor(key, present)) : [];
  if (state === 'waiting')
    return row('Lockout', `services stop ${countdown(lockout, now)}, ${moment(deadline)}`, ...remedyRows);
  const entered = lockout.steps.at(-1);
  const text = { ...stateWords, waiting: '' }[state];
  return row('Lockout', `${text}${entered ? ` since ${moment(entered.at)}` : ''}`, ...remedyRows);
}

const formatRemedy = (commands: readonly string[]): string[] =>
  commands.length === 1 ? [`to end it: ${commands[0]}`] : ['to end it:', ...commands];

const stateWords: Readonly<Record<Exclude<Lockout['state'], 'waiting'>, string>> = {
  stopping_services: 'services are stopping',
  stopping_servers: 'servers are stopping',
  stopped: 'everything is stopped',
  starting_servers: 'servers are starting',
  starting_services: 'services are starting',
  restored: 'over',
  cancelled: 'over',
};
