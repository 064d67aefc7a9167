/** The rows of the table, in order. Each is loaded when it is measured, so that a row runs alone. */
import type { Row } from './row.ts';

export interface RowEntry {
  readonly key: string;
  readonly load: () => Promise<Row>;
}

export const rows: readonly RowEntry[] = [
  { key: 'bundle-size', load: () => import('./bundle-size.ts').then(({ row }) => row) },
  { key: 'console', load: () => import('./console.ts').then(({ row }) => row) },
  { key: 'cold-start', load: () => import('./cold-start.ts').then(({ row }) => row) },
  { key: 'request-overhead', load: () => import('./request-overhead.ts').then(({ row }) => row) },
  { key: 'round-trips', load: () => import('./round-trips.ts').then(({ row }) => row) },
  { key: 'capacity-units', load: () => import('./capacity-units.ts').then(({ row }) => row) },
  { key: 'lockouts-at-scale', load: () => import('./scale/lockouts.ts').then(({ row }) => row) },
  { key: 'lockouts-here', load: () => import('./machine/lockouts.ts').then(({ row }) => row) },
  { key: 'volume', load: () => import('./machine/volume.ts').then(({ row }) => row) },
  { key: 'promote', load: () => import('./machine/promote.ts').then(({ row }) => row) },
  { key: 'drill', load: () => import('./machine/drill.ts').then(({ row }) => row) },
  { key: 'start', load: () => import('./machine/start.ts').then(({ row }) => row) },
  { key: 'emulators', load: () => import('./machine/emulators.ts').then(({ row }) => row) },
  { key: 'detection', load: () => import('./scale/detection.ts').then(({ row }) => row) },
  { key: 'sweeps', load: () => import('./scale/sweeps.ts').then(({ row }) => row) },
  { key: 'cost', load: () => import('./scale/cost.ts').then(({ row }) => row) },
];

/** The rows with these keys, or all rows for no keys. Throws for an unknown key. */
export function chosenRows(keys: readonly string[], all: readonly RowEntry[] = rows): readonly RowEntry[] {
  const unknown = keys.filter((key) => !all.some((row) => row.key === key));
  if (unknown.length > 0)
    throw new Error(`There is no row ${unknown.join(', ')}. There are: ${all.map(({ key }) => key).join(', ')}.`);
  return keys.length === 0 ? all : all.filter(({ key }) => keys.includes(key));
}
