/** Databases as rows and in a sentence. */
import type { Database } from '../api/types.ts';
import { readable, shortArn } from './names.ts';
import { databaseTone, type Tone } from './tone.ts';

export interface DatabaseRow {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly tone: Tone;
  readonly plan: string;
  readonly app: string;
  readonly key: { readonly id: string; readonly label: string } | null;
  /** `follows orders, 12 kB behind`; null for a database of its own. */
  readonly fork: string | null;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `0 B`, `12 kB`, `1.4 MB`. */
export function bytes(count: number): string {
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  const scaled = count / 1000 ** power;
  return `${power > 0 && scaled < 10 ? scaled.toFixed(1) : Math.round(scaled)} ${units[power]}`;
}

export function forkText({ fork }: Pick<Database, 'fork'>): string | null {
  if (!fork) return null;
  const leader = `follows ${readable(fork.leader, 63)}`;
  if (fork.link !== 'up') return `${leader}, ${fork.link === 'down' ? 'not connected' : 'connecting'}`;
  if (fork.caughtUp) return `${leader}, caught up`;
  return fork.lagBytes === null ? leader : `${leader}, ${bytes(fork.lagBytes)} behind`;
}

/** By the id of the key. */
export type KeyNames = ReadonlyMap<string, string>;

export const databaseRow = (database: Database, names: KeyNames = new Map()): DatabaseRow => ({
  id: database.id,
  name: readable(database.name, 63),
  status: database.status,
  tone: databaseTone(database.status),
  plan: database.plan,
  app: readable(database.app, 80),
  key: database.key && { id: database.key.id, label: names.get(database.key.id) ?? shortArn(database.key.arn) },
  fork: forkText(database),
});

const sentences: Readonly<Record<Database['status'], string>> = {
  creating: 'Being created. It serves in a moment.',
  following: 'Copies its leader. It can be promoted once it has caught up.',
  available: 'Serving.',
  stopping: 'Its key is unusable: it saves and stops.',
  stopped: 'Stopped: its key is unusable, and its data is out of reach until the key is back.',
  starting: 'Its key is usable again: it starts.',
  failed: 'Needs a person.',
  destroying: 'Being destroyed.',
};

export const statusSentence = (status: Database['status']): string => sentences[status];

const urgency: Readonly<Record<Tone, number>> = { red: 0, amber: 1, blue: 2, grey: 3, green: 4 };

/** What does not serve first, then by name. */
export const databaseRows = (databases: readonly Database[], names: KeyNames = new Map()): DatabaseRow[] =>
  databases
    .map((database) => databaseRow(database, names))
    .sort((a, b) => urgency[a.tone] - urgency[b.tone] || a.name.localeCompare(b.name, 'en'));
