/** The service's configuration file. It holds hashes of passwords, never a password. */

import { FleetFailure } from './failure.ts';
import type { Places } from './places.ts';
import type { ServerSpec, ServiceSettings } from './port.ts';

/** The control plane's own user; the application's is `default`. */
export const adminUser = 'latchkey';

/** The user of followers on their leader. Source: Redis's manual, "ACL", on replicas. */
export const replicationUser = 'latchkey-replica';
export const replicationRights = ['+psync', '+replconf', '+ping'];

/** A rule of Redis's ACL. Redis checks it at every command, also inside scripts and at the end of transactions. */
export const rightsWith = (applicationRights: string, writers: 'admitted' | 'refused' = 'admitted'): string =>
  writers === 'refused' ? `${applicationRights} -@write` : applicationRights;

/** Room for the largest value, half a gigabyte, in the smallest plan too. */
const leastClientMb = 640;

/** Paths of PEM files. */
export interface TlsFiles {
  /** The authority that clients trust. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

export interface ConfInput {
  readonly spec: ServerSpec & { readonly writers?: 'admitted' | 'refused' };
  readonly places: Places;
  readonly tls: TlsFiles;
  readonly applicationRights: string;
  readonly adminPasswordSha256: string;
  /** Of the user that followers log in as; null where the server was never followed. */
  readonly replicationPasswordSha256?: string | null;
  /** `tls` is 0 for no TLS listener. */
  readonly ports: { readonly plain: number; readonly tls: number };
  /**
   * Whether the data is in the append-only file; otherwise the snapshot is loaded, and the append-only file begins
   * after it.
   */
  readonly fromAppendOnly: boolean;
}

/**
 * The application's user starts switched off: clients are let in when the data is loaded and its append-only file is
 * there. The process keeps its command line, by which it's recognised.
 */
export function renderConf({ spec, places, tls, ports, fromAppendOnly, ...users }: ConfInput): string {
  const lines = [
    'bind 127.0.0.1',
    `port ${ports.plain}`,
    `tls-port ${ports.tls}`,
    ...(ports.tls ? tlsLines(tls) : []),
    'protected-mode yes',
    `user default off #${sha256In(spec.passwordSha256)} ${rightsWith(users.applicationRights, spec.writers)}`,
    `user ${adminUser} on #${sha256In(users.adminPasswordSha256)} ~* &* +@all`,
    ...(users.replicationPasswordSha256
      ? [`user ${replicationUser} on #${sha256In(users.replicationPasswordSha256)} ${replicationRights.join(' ')}`]
      : []),
    `maxmemory ${positive(spec.memoryMb)}mb`,
    `maxmemory-policy ${policyIn(spec.evictionPolicy)}`,
    // What clients send and are sent counts apart: without a limit it is the machine's memory that ends.
    `maxmemory-clients ${Math.max(spec.memoryMb, leastClientMb)}mb`,
    // A script that has begun to write may write past its limit. Then the machine ends this process, and no other.
    'oom-score-adj absolute',
    'oom-score-adj-values 500 500 800',
    'sanitize-dump-payload clients',
    `maxclients ${positive(spec.maxClients)}`,
    `timeout ${secondsIn(spec.idleTimeoutSeconds)}`,
    `notify-keyspace-events "${eventsIn(spec.keyspaceEvents)}"`,
    `dir ${quoted(places.memory)}`,
    'dbfilename dump.rdb',
    'save ""',
    `appendonly ${fromAppendOnly ? 'yes' : 'no'}`,
    'appendfsync everysec',
    // A follower's first copy starts at once, a short break costs no second copy, and a silent leader is noticed.
    'repl-diskless-sync-delay 0',
    'repl-backlog-size 16mb',
    'repl-ping-replica-period 2',
    'repl-timeout 20',
    'enable-debug-command no',
    'enable-module-command no',
    'enable-protected-configs no',
    'daemonize no',
    'set-proc-title no',
  ];
  return `${lines.join('\n')}\n`;
}

/** Throws `start_failed` for a value that no configuration file can have. */
export function assertValidSpec(spec: ServerSpec): void {
  sha256In(spec.passwordSha256);
  assertValidSettings(spec);
}

/** Throws `start_failed` for settings that are invalid. */
export function assertValidSettings(settings: ServiceSettings): void {
  positive(settings.memoryMb);
  positive(settings.maxClients);
  policyIn(settings.evictionPolicy);
  secondsIn(settings.idleTimeoutSeconds);
  eventsIn(settings.keyspaceEvents);
}

const tlsLines = (tls: TlsFiles) => [
  `tls-cert-file ${quoted(tls.certificate)}`,
  `tls-key-file ${quoted(tls.key)}`,
  `tls-ca-cert-file ${quoted(tls.authority)}`,
  'tls-auth-clients no',
  'tls-protocols "TLSv1.2 TLSv1.3"',
];

const quoted = (path: string): string => {
  if (/[\n\r"\\]/.test(path))
    throw new FleetFailure(
      'start_failed',
      'A folder of the fleet has a quote, a backslash or a line break in its name.',
    );
  return `"${path}"`;
};

const sha256In = (hash: string): string => {
  if (!/^[0-9a-f]{64}$/.test(hash))
    throw new FleetFailure('start_failed', 'A password hash is 64 hexadecimal digits in lower case.');
  return hash;
};

const positive = (count: number): number => {
  if (!Number.isSafeInteger(count) || count < 1)
    throw new FleetFailure('start_failed', `${count} is no size: memory and clients are whole numbers from 1 up.`);
  return count;
};

const policyIn = (policy: string): string => {
  if (!/^(noeviction|(allkeys|volatile)-(lru|lfu|random)|volatile-ttl)$/.test(policy))
    throw new FleetFailure('start_failed', `No such eviction policy: ${policy}`);
  return policy;
};

const secondsIn = (seconds = 0): number => {
  if (!Number.isSafeInteger(seconds) || seconds < 0)
    throw new FleetFailure(
      'start_failed',
      `${seconds} is no time: an idle timeout is a whole number of seconds, 0 for none.`,
    );
  return seconds;
};

/** Source: Redis's manual, "Redis keyspace notifications". */
const eventsIn = (events = ''): string => {
  if (!/^[KEg$lshzxetdmnA]*$/.test(events))
    throw new FleetFailure('start_failed', `No such keyspace events: ${events}`);
  return events;
};
