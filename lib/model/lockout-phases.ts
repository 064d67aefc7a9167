/**
 * The four phases of a lockout, in the order of promise 3: services stop, servers stop; servers start, services start.
 */
import type { Database, DatabaseStatus } from './database.ts';
import type { EventType } from './events.ts';
import type { LockoutState } from './lockout-state.ts';
import type { MachineName } from './outbox-message.ts';

export type Phase = 'stop-services' | 'stop-servers' | 'start-servers' | 'start-services';

/** The machine that drives a phase. */
export const machineOf: { readonly [P in Phase]: MachineName } = {
  'stop-services': 'key-shutdown',
  'stop-servers': 'key-shutdown',
  'start-servers': 'key-restart',
  'start-services': 'key-restart',
};

interface PhaseRule {
  readonly verb: 'stopServices' | 'stopServers' | 'startServers' | 'startServices';
  /**
   * Whether a database has anything to do in this phase. The row of one that is `starting` may lag behind the fleet,
   * so on the way back down it goes through both stops, which find what is stopped already.
   */
  readonly concerns: (database: Database) => boolean;
  /**
   * The status that shows that it's being worked on; null where the phase before set it. One that is to be destroyed
   * keeps its own.
   */
  readonly begun: DatabaseStatus | null;
  readonly finished: (database: Database) => Partial<Pick<Database, 'status' | 'server' | 'service'>>;
  readonly entry: EventType & ('ServicesStopped' | 'ServersStopped' | 'ServersStarted' | 'ServicesStarted');
}

/**
 * Its destruction may be delayed, as by a last backup that fails: until then, it is in the lockout like the
 * others.
 */
export const isBeingDestroyed = ({ status }: Database): boolean => status === 'destroying';
const inLockout = ({ status }: Database): boolean =>
  status === 'stopping' || status === 'stopped' || status === 'starting';
const isStopped = ({ status, server }: Database): boolean => status === 'stopped' && server === 'stopped';
const serves = ({ status }: Database): boolean => status === 'available' || status === 'following';

export const phases: { readonly [P in Phase]: PhaseRule } = {
  'stop-services': {
    verb: 'stopServices',
    concerns: (database) =>
      (database.service === 'running' && (serves(database) || inLockout(database) || isBeingDestroyed(database))) ||
      database.status === 'starting',
    begun: 'stopping',
    finished: () => ({ service: 'stopped' }),
    entry: 'ServicesStopped',
  },
  'stop-servers': {
    verb: 'stopServers',
    concerns: (database) =>
      (inLockout(database) && database.service === 'stopped' && !isStopped(database)) ||
      (isBeingDestroyed(database) && database.service === 'stopped' && database.server === 'running'),
    begun: 'stopping',
    finished: () => ({ status: 'stopped', server: 'stopped' }),
    entry: 'ServersStopped',
  },
  'start-servers': {
    verb: 'startServers',
    concerns: (database) =>
      (inLockout(database) && (database.server === 'stopped' || database.status !== 'starting')) ||
      (isBeingDestroyed(database) && database.server === 'stopped'),
    begun: 'starting',
    finished: () => ({ server: 'running' }),
    entry: 'ServersStarted',
  },
  'start-services': {
    verb: 'startServices',
    concerns: (database) =>
      (inLockout(database) || (isBeingDestroyed(database) && database.service === 'stopped')) &&
      database.server === 'running',
    begun: null,
    finished: ({ fork }) => ({ status: fork ? 'following' : 'available', service: 'running' }),
    entry: 'ServicesStarted',
  },
};

const hasStatus =
  (...statuses: readonly DatabaseStatus[]) =>
  ({ status }: Database): boolean =>
    statuses.includes(status);

/** A database that is being destroyed keeps its status, and is stopped and started like the others. */
const isDestroyedWhile =
  (state: Database['server']) =>
  (database: Database): boolean =>
    isBeingDestroyed(database) && database.server === state && database.service === state;

const anyOf =
  (...conditions: readonly ((database: Database) => boolean)[]) =>
  (database: Database): boolean =>
    conditions.some((condition) => condition(database));

/** The condition that each database must meet before the lockout enters a state. */
export const entryConditions: { readonly [S in LockoutState]?: (database: Database) => boolean } = {
  stopped: anyOf(hasStatus('stopped', 'failed', 'creating'), isDestroyedWhile('stopped')),
  restored: anyOf(hasStatus('available', 'following', 'failed', 'creating'), isDestroyedWhile('running')),
};
