/**
 * A fleet whose operations are slow, fail, complete partially, or lose their response. A server's data is a count of
 * acknowledged writes, and its volume holds the saved count. A forbidden operation is reported as a breach.
 * Does not: settings, measurements, restarts of a service (it throws).
 */
import type {
  BackupOrder,
  DigestResult,
  Fleet,
  Outcome,
  Pair,
  Progress,
  ServerSpec,
  TakenBackup,
} from '#lib/model/fleet.ts';
import { Transient } from '#lib/model/problem.ts';
import type { Chaos } from './chaos.ts';
import type { SimulatedKms } from './kms.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface Server {
  readonly serverId: string;
  readonly databaseId: string;
  readonly teamId: string;
  readonly keyArn: string;
  server: 'running' | 'stopped';
  service: 'running' | 'stopped';
  /** Writes that the running service acknowledged; what is in memory goes with the service. */
  data: number;
  volume: number;
  follows: string | null;
  refusesWriters: boolean;
  /** Its disk is full until then. */
  fullUntil: number;
}

export interface SimulatedFleet extends Fleet {
  readonly servers: Map<string, Server>;
  readonly objects: Map<string, { readonly data: number; readonly keyArn: string }>;
  /** Clients write to every service that takes writes; followers get what their leaders have. */
  traffic(): void;
  remove(objectKey: string): Promise<void>;
}

export interface Watch {
  breach(what: string): void;
  beforeStop(server: Server): void;
  beforeTerminate(server: Server): void;
}

type Verb = (server: Server) => Outcome | Promise<Outcome>;

const done = ({ serverId }: { serverId: string }): Outcome => ({ serverId, state: 'done' });
const failed = (serverId: string, reason: Extract<Outcome, { state: 'failed' }>['reason']): Outcome => ({
  serverId,
  state: 'failed',
  reason,
  detail: `${reason} of ${serverId}`,
});
const away = () => new Transient('The fleet does not answer');

export function simulatedFleet(
  time: VirtualTime,
  chaos: Chaos,
  { kms, watch }: { kms: SimulatedKms; watch: Watch },
): SimulatedFleet {
  const servers = new Map<string, Server>();
  const objects: SimulatedFleet['objects'] = new Map();

  type Failing = 'start_failed' | 'save_failed' | 'unavailable';
  const one = (serverId: string, verb: Verb, mayFail: Failing): Outcome | Promise<Outcome> => {
    if (chaos.hits(chaos.rates().fleet))
      return chaos.hits(0.5) ? { serverId, state: 'pending' } : failed(serverId, mayFail);
    const server = servers.get(serverId);
    return server ? verb(server) : failed(serverId, 'not_found');
  };
  const each = (serverIds: readonly string[], verb: Verb, mayFail: Failing): Promise<Outcome[]> =>
    chaos.call(
      'fleet',
      async () => {
        const outcomes: Outcome[] = [];
        for (const serverId of serverIds) {
          outcomes.push(await one(serverId, verb, mayFail));
          if (chaos.hits(chaos.rates().fleet / 10)) throw away();
        }
        return outcomes;
      },
      away,
    );

  const stopService: Verb = (server) => {
    if (server.service === 'stopped') return done(server);
    if (server.fullUntil > time.millis()) return failed(server.serverId, 'save_failed');
    watch.beforeStop(server);
    server.volume = server.data;
    server.service = 'stopped';
    return done(server);
  };
  const stopServer: Verb = (server) => {
    if (server.service === 'running') return failed(server.serverId, 'service_running');
    server.server = 'stopped';
    return done(server);
  };
  const startServer: Verb = async (server) => {
    if (server.server === 'running') return done(server);
    const unwrapped = await kms.unwrap(server.keyArn, server.databaseId);
    if (unwrapped !== 'done') return failed(server.serverId, unwrapped === 'refused' ? 'key_unusable' : 'unavailable');
    server.server = 'running';
    return done(server);
  };
  const startService: Verb = (server) => {
    if (server.server === 'stopped') return failed(server.serverId, 'server_stopped');
    if (server.service === 'stopped') server.data = server.volume;
    server.service = 'running';
    return done(server);
  };
  const terminate: Verb = (server) => {
    watch.beforeTerminate(server);
    servers.delete(server.serverId);
    return done(server);
  };
  const launch = async (spec: ServerSpec): Promise<Outcome> => {
    if (servers.has(spec.serverId)) return done(spec);
    const unwrapped = await kms.unwrap(spec.keyArn, spec.databaseId);
    if (unwrapped !== 'done') return failed(spec.serverId, unwrapped === 'refused' ? 'key_unusable' : 'unavailable');
    const { serverId, databaseId, teamId, keyArn } = spec;
    const empty = {
      server: 'running',
      service: 'stopped',
      data: 0,
      volume: 0,
      follows: null,
      refusesWriters: false,
      fullUntil: 0,
    } as const;
    servers.set(serverId, { serverId, databaseId, teamId, keyArn, ...empty });
    return done(spec);
  };
  const promoteOne = ({ leaderServerId }: Pair): Verb => {
    const leader = servers.get(leaderServerId);
    return (follower) => {
      if (
        follower.follows !== null &&
        leader?.service === 'running' &&
        (follower.data < leader.data || !leader.refusesWriters)
      ) {
        watch.breach(
          `${follower.serverId} is promoted without all that ${leaderServerId} acknowledged, or while it still ` +
            'acknowledges more',
        );
      }
      follower.follows = null;
      return done(follower);
    };
  };
  const backupOne = async ({ serverId, backup }: BackupOrder): Promise<TakenBackup> => {
    const server = servers.get(serverId);
    const stored = objects.get(backup.objectKey);
    if (stored) return { serverId, state: 'done', objectBytes: 100, memoryBytes: 100 };
    if (server?.service !== 'running') return failed(serverId, 'server_stopped') as TakenBackup;
    if ((await kms.unwrap(server.keyArn, server.databaseId)) === 'refused')
      return failed(serverId, 'key_unusable') as TakenBackup;
    if (chaos.hits(chaos.rates().fleet)) return failed(serverId, 'unavailable') as TakenBackup;
    objects.set(backup.objectKey, { data: server.data, keyArn: server.keyArn });
    return { serverId, state: 'done', objectBytes: 100, memoryBytes: 100 };
  };
  const leaderOf = (server: Server | undefined) => {
    const leader = server?.follows ? servers.get(server.follows) : undefined;
    return server?.service === 'running' && leader?.service === 'running' ? leader : undefined;
  };
  const progressOf = (serverId: string): Progress => {
    const server = servers.get(serverId);
    const leader = leaderOf(server);
    const state = server?.follows ? 'following' : 'leading';
    const unknown = { serverId, lagBytes: null, caughtUp: false, link: 'down', detail: 'It says nothing.' } as const;
    if (!server || !leader) return { ...unknown, state: server ? state : 'unknown' };
    const lagBytes = leader.data - server.data;
    return { serverId, state, lagBytes, caughtUp: lagBytes < 100, link: 'up', detail: `It lags by ${lagBytes}.` };
  };
  const follow = (server: Server) => {
    server.data = leaderOf(server)?.data ?? server.data;
  };
  const byId = <T extends { readonly serverId: string }>(items: readonly T[], verb: (item: T) => Verb) => {
    const items_ = new Map(items.map((item) => [item.serverId, item]));
    return each([...items_.keys()], (server) => verb(items_.get(server.serverId) as T)(server), 'unavailable');
  };
  const set =
    (change: Partial<Server>): Verb =>
    (server) =>
      done(Object.assign(server, change));
  const write = (server: Server) => {
    if (server.service === 'running' && !server.follows && !server.refusesWriters) server.data += 7;
  };
  const missing = () => {
    throw new Error('This fleet does not do that');
  };
  return {
    servers,
    objects,
    remove: (key) =>
      chaos.call(
        'store',
        () => void objects.delete(key),
        () => new Transient('S3 does not answer'),
      ),
    traffic: () => {
      for (const server of servers.values()) write(server);
      for (const server of servers.values()) if (chaos.hits(0.8)) follow(server);
    },
    launch: (specs) => chaos.call('fleet', () => Promise.all(specs.map(launch)), away),
    describe: (serverIds) =>
      chaos.call(
        'fleet',
        () =>
          serverIds.map((serverId) => {
            const server = servers.get(serverId);
            const endpoint = { host: `${serverId}.example`, port: 6379, tlsPort: 6380 };
            if (!server) return { serverId, server: 'absent' as const, service: 'unknown' as const, endpoint: null };
            return { serverId, server: server.server, service: server.service, endpoint };
          }),
        away,
      ),
    certificateAuthority: async () => null,
    certificateRequest: async (serverId) => ({ serverId, state: 'done', request: null }),
    installCertificate: async (serverId) => done({ serverId }),
    stopServices: (serverIds) => each(serverIds, stopService, 'save_failed'),
    stopServers: (serverIds) => each(serverIds, stopServer, 'unavailable'),
    startServers: (serverIds) => each(serverIds, startServer, 'unavailable'),
    tryToOpen: (serverIds) =>
      chaos.call(
        'fleet',
        () => serverIds.map((serverId) => ({ serverId, answer: 'not_tried' as const, error: null, requestId: null })),
        away,
      ),
    startServices: (serverIds) => each(serverIds, startService, 'start_failed'),
    backup: (orders) => chaos.call('fleet', () => Promise.all(orders.map(backupOne)), away),
    restore: (orders) =>
      byId(orders, ({ backup }) => (server) => {
        const stored = objects.get(backup.objectKey);
        if (!stored) return failed(server.serverId, 'backup_missing');
        if (!kms.isUsable(stored.keyArn)) return failed(server.serverId, 'key_unusable');
        server.volume = stored.data;
        return done(server);
      }),
    terminate: async (serverIds) => {
      const gone = serverIds.filter((serverId) => !servers.has(serverId));
      const there = serverIds.filter((serverId) => servers.has(serverId));
      return [...gone.map((serverId) => done({ serverId })), ...(await each(there, terminate, 'unavailable'))];
    },
    follow: (pairs) => byId(pairs, ({ leaderServerId }) => set({ follows: leaderServerId })),
    caughtUp: (serverIds) =>
      chaos.call(
        'fleet',
        () => {
          for (const id of serverIds) {
            const server = servers.get(id);
            if (server) follow(server);
          }
          return serverIds.map(progressOf);
        },
        away,
      ),
    promote: (pairs) => byId(pairs, promoteOne),
    pauseWrites: (serverIds) => each(serverIds, set({ refusesWriters: true }), 'unavailable'),
    resumeWrites: (serverIds) => each(serverIds, set({ refusesWriters: false }), 'unavailable'),
    setPassword: async (serverId) => (await each([serverId], done, 'unavailable'))[0] ?? failed(serverId, 'not_found'),
    configure: missing,
    measure: missing,
    digest: async (requests) =>
      requests.map(({ serverId }) => {
        const server = servers.get(serverId);
        if (server?.service !== 'running') return failed(serverId, 'unavailable') as DigestResult;
        return { serverId, state: 'done', keys: server.data, expiring: 0, digest: `${server.data}`.padStart(40, '0') };
      }),
    resetStatistics: missing,
    restartServices: missing,
  };
}
