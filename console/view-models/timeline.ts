/** Entries of the timeline as lines to read. */
import type { Entry } from '../api/types.ts';
import { eventVerb, recordedCause } from './causes.ts';
import { count, readable } from './names.ts';
import { type Tone, words } from './tone.ts';

export type Topic = 'key' | 'lockout' | 'databases' | 'notices' | 'access';
export const topics: readonly Topic[] = ['key', 'lockout', 'databases', 'notices', 'access'];

export interface TimelineLine {
  readonly seq: number;
  readonly id: string;
  readonly at: string;
  readonly title: string;
  readonly detail: string;
  readonly actor: string;
  readonly tone: Tone;
  readonly topic: Topic;
}

type Data = Readonly<Record<string, unknown>>;

const text = (data: Data, name: string): string => (typeof data[name] === 'string' ? readable(data[name]) : '');
const listed = (data: Data, name: string): string =>
  Array.isArray(data[name])
    ? readable(data[name].map((each) => (typeof each === 'string' ? each : '')).join(', '))
    : '';

interface Wording {
  readonly title: string;
  readonly detail?: (data: Data) => string;
  readonly tone?: Tone;
  readonly topic: Topic;
}

const databaseName = (data: Data) => text(data, 'name');
const refusals = ({ refusals: all }: Data) =>
  Array.isArray(all) ? readable(all.map((each: { action?: unknown }) => String(each?.action)).join(', ')) : '';
const email = (data: Data) => text(data, 'email');
const host = (data: Data) => text(data, 'host');
const batch = (data: Data) => count(Number(data.count ?? 0), 'database');
const cause = (data: Data) => recordedCause(text(data, 'cause'));
const fact = (data: Data) => `${words(text(data, 'fact'))}: ${listed(data, 'admins')}`;

const wordings: Readonly<Record<string, Wording>> = {
  KeyRegistered: { title: 'Key registered', topic: 'key', tone: 'green' },
  KeyForgotten: { title: 'Key forgotten', topic: 'key' },
  KeyReleased: { title: 'Key released', topic: 'key', detail: (data) => words(text(data, 'reason')) },
  KeyBecameUnusable: { title: 'Key became unusable', topic: 'key', tone: 'red', detail: cause },
  KeyBecameUsable: { title: 'Key became usable', topic: 'key', tone: 'green' },
  KeyDegraded: { title: 'Key degraded', topic: 'key', tone: 'amber', detail: refusals },
  KeySettingsChanged: {
    title: 'Key settings changed',
    topic: 'key',
    detail: (data) => (data.strict === true ? 'strict: any refused action is a loss' : 'not strict'),
  },
  KeyWarningRaised: { title: 'Early warning', topic: 'key', tone: 'amber', detail: (data) => text(data, 'detail') },
  KeyWarningWithdrawn: { title: 'Warning withdrawn', topic: 'key', detail: (data) => text(data, 'detail') },
  KeyCheckUnanswered: { title: 'KMS gave no answer to act on', topic: 'key', tone: 'amber', detail: cause },
  KeyEventReceived: { title: 'Key event', topic: 'key', detail: (data) => eventVerb(text(data, 'name')) },
  KeyEventIgnored: { title: 'Key event ignored', topic: 'key', detail: (data) => words(text(data, 'reason')) },
  KeyEventsProven: { title: 'Key events arrive', topic: 'key', tone: 'green' },
  KeyEventsUnproven: { title: 'Key events are not proven to arrive', topic: 'key', tone: 'amber' },
  LockoutOpened: { title: 'Lockout opened', topic: 'lockout', tone: 'amber', detail: cause },
  LockoutCauseChanged: {
    title: 'The cause changed',
    topic: 'lockout',
    tone: 'amber',
    detail: (data) => recordedCause(text(data, 'to'), data.keyGone === true),
  },
  LockoutCancelled: { title: 'Lockout cancelled: nothing was touched', topic: 'lockout', tone: 'green' },
  LockoutAdvanced: {
    title: 'Lockout advanced',
    topic: 'lockout',
    detail: (data) => `${words(text(data, 'from'))} → ${words(text(data, 'to'))}`,
  },
  ServicesStopped: { title: 'Services stopped', topic: 'lockout', tone: 'red', detail: batch },
  ServersStopped: { title: 'Servers stopped, volumes sealed', topic: 'lockout', tone: 'red', detail: batch },
  ServersStarted: { title: 'Servers started', topic: 'lockout', tone: 'blue', detail: batch },
  ServicesStarted: { title: 'Services started', topic: 'lockout', tone: 'blue', detail: batch },
  DatabasesHeld: { title: 'Databases held: a person should look', topic: 'lockout', tone: 'red' },
  DatabasesStopped: { title: 'Everything on the key is stopped', topic: 'lockout', tone: 'red' },
  DatabasesRestored: { title: 'Everything on the key serves again', topic: 'lockout', tone: 'green' },
  AdminsNotified: { title: 'Mail sent', topic: 'notices', detail: fact },
  AdminsNotReached: {
    title: 'Mail not sent',
    topic: 'notices',
    tone: 'amber',
    detail: (data) => words(text(data, 'fact')),
  },
  RecipientConfirmed: { title: 'Recipient confirmed', topic: 'notices', detail: email },
  ContactAdded: { title: 'Contact added', topic: 'notices', detail: email },
  ContactRemoved: { title: 'Contact removed', topic: 'notices', detail: email },
  WebhookCreated: { title: 'Webhook created', topic: 'notices', detail: host },
  WebhookDeleted: { title: 'Webhook removed', topic: 'notices', detail: host },
  WebhookChanged: { title: 'Webhook changed', topic: 'notices', detail: host },
  WebhookPaused: { title: 'Webhook paused', topic: 'notices', tone: 'amber', detail: host },
  WebhookResumed: { title: 'Webhook resumed', topic: 'notices', tone: 'green', detail: host },
  WebhookSecretRotated: { title: 'Webhook secret rotated', topic: 'notices', detail: host },
  MailDomainsChanged: { title: 'Mail domains changed', topic: 'notices', detail: (data) => listed(data, 'domains') },
  TokenCreated: { title: 'Token created', topic: 'access', detail: databaseName },
  TokenRevoked: { title: 'Token revoked', topic: 'access', detail: databaseName },
  SessionStarted: { title: 'Signed in', topic: 'access' },
  SessionEnded: { title: 'Signed out', topic: 'access' },
  TeamCreated: { title: 'Team created', topic: 'access', detail: databaseName },
  DrillStarted: { title: 'Drill started', topic: 'lockout', detail: (data) => text(data, 'database') },
  DrillAdvanced: {
    title: 'Drill advanced',
    topic: 'lockout',
    detail: (data) => `${words(text(data, 'from'))} → ${words(text(data, 'to'))}`,
  },
  DrillEnded: {
    title: 'Drill ended',
    topic: 'lockout',
    detail: (data) => [text(data, 'outcome'), text(data, 'detail')].filter(Boolean).join(': '),
  },
  DatabaseCreated: { title: 'Database created', topic: 'databases', tone: 'green', detail: databaseName },
  DatabaseFailed: {
    title: 'Database failed',
    topic: 'databases',
    tone: 'red',
    detail: (data) => `${databaseName(data)}: ${text(data, 'detail')}`,
  },
};

/** `BackupTaken` → `Backup taken`, for what has no words of its own. */
const spaced = (type: string): string => {
  const lower = readable(type, 60)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return lower.charAt(0).toUpperCase() + lower.slice(1);
};

const actorKinds: Readonly<Record<string, string>> = {
  sweep: 'the regular check',
  workflow: 'Latchkey',
  event: 'an event',
  operator: 'the operator',
};

const actorOf = ({ actor }: Entry): string =>
  actor.kind in actorKinds ? (actorKinds[actor.kind] ?? '') : `${words(readable(actor.kind))} ${readable(actor.id)}`;

export function timelineLine(entry: Entry): TimelineLine {
  const {
    title,
    detail = databaseName,
    tone = 'grey',
    topic,
  } = wordings[entry.type] ?? {
    title: spaced(entry.type),
    topic: 'databases' as const,
  };
  return {
    ...{ seq: entry.seq, id: entry.id, at: entry.at, title, tone, topic },
    detail: detail(entry.data),
    actor: actorOf(entry),
  };
}

/** Newest first, each once: a page that was read again adds only what is new. */
export function mergedEntries(known: readonly Entry[], read: readonly Entry[]): Entry[] {
  const bySeq = new Map([...known, ...read].map((entry) => [entry.seq, entry]));
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq);
}
