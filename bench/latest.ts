/**
 * `bench/latest.json`: the last measurements of each row, and the machine. A run of some rows keeps the others'
 * measurements on the same machine.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Measurement } from './row.ts';

export interface Machine {
  readonly cpus: number;
  readonly model: string;
  /** GiB. */
  readonly memory: number;
  readonly node: string;
}

export interface Measured extends Measurement {
  /** The row's. */
  readonly key: string;
  readonly title: string;
  /** When it was measured: ISO 8601. */
  readonly date: string;
}

export interface Latest {
  readonly machine: Machine;
  /** Of the last run: ISO 8601. */
  readonly date: string;
  readonly rows: readonly Measured[];
}

const file = join(import.meta.dirname, 'latest.json');

export const thisMachine = (): Machine => ({
  cpus: cpus().length,
  model: cpus()[0]?.model.trim() || 'unknown',
  memory: Math.round(totalmem() / 2 ** 30),
  node: process.version,
});

/** Null before the first measurement. */
export const readLatest = (): Latest | null =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Latest) : null;

export const writeLatest = (latest: Latest): void => writeFileSync(file, `${JSON.stringify(latest, null, 2)}\n`);

/**
 * Merges the measurements of a run into `before`, in the order of `keys`. Measurements of another machine are dropped.
 */
export function merged(before: Latest | null, run: Latest, keys: readonly string[]): Latest {
  const again = new Set(run.rows.map(({ key }) => key));
  const same = before && JSON.stringify(before.machine) === JSON.stringify(run.machine);
  const kept = same ? before.rows.filter(({ key }) => !again.has(key) && keys.includes(key)) : [];
  const all = [...kept, ...run.rows];
  return { ...run, rows: keys.flatMap((key) => all.filter((row) => row.key === key)) };
}
