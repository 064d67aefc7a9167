/** The timeline: an append-only chain of entries per team. Each entry contains the hash of the previous entry. */
import { createHash } from 'node:crypto';
import type { EventData, EventType } from './events.ts';

/**
 * Who did it. `aws_principal` is the caller named by a CloudTrail event; `workflow` is a step of an execution;
 * `recipient` is the holder of an address that mails go to.
 */
export interface Actor {
  readonly kind: 'token' | 'event' | 'sweep' | 'workflow' | 'aws_principal' | 'operator' | 'recipient';
  readonly id: string;
}

export interface Subject {
  readonly keyId?: string;
  readonly databaseId?: string;
  readonly databaseIds?: readonly string[];
  readonly backupId?: string;
  readonly lockoutId?: string;
  readonly drillId?: string;
  readonly appId?: string;
  readonly spaceId?: string;
  readonly tokenId?: string;
  readonly webhookId?: string;
}

/** What a change records; the store gives it its place in the chain. */
export type NewEntry = {
  [T in EventType]: { readonly type: T; readonly actor: Actor; readonly subject: Subject; readonly data: EventData[T] };
}[EventType];

export interface Entry {
  readonly type: EventType;
  readonly actor: Actor;
  readonly subject: Subject;
  readonly data: Readonly<Record<string, unknown>>;
  readonly id: string;
  readonly teamId: string;
  /** 1 for a team's first entry, without gaps. */
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The hash of entry `seq - 1`; 64 zeros for the first. */
  readonly previousHash: string;
  readonly hash: string;
}

/**
 * Whether the entry becomes an event on the bus. What a drill's lockout does is in the timeline alone, so that
 * automation does not take it for a lockout; the drill's own events are published.
 */
export const isPublished = ({ type, subject }: Pick<Entry, 'type' | 'subject'>): boolean =>
  subject.drillId === undefined || type.startsWith('Drill');

export const firstHash = '0'.repeat(64);

/** SHA-256 in hex over the entry without its hash, as JSON with sorted keys. */
export const entryHash = ({ hash: _, ...entry }: Entry | (Omit<Entry, 'hash'> & { hash?: string })): string =>
  createHash('sha256').update(canonicalJson(entry)).digest('hex');

export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** A place in a chain and the hash there; place 0 is before the first entry. */
export interface ChainPoint {
  readonly seq: number;
  readonly hash: string;
}
